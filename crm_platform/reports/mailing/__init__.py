"""Reports by mail: Auto Email Report records, their times, and the mails that are made of them."""
