"""Work after the commit: enqueued in a document's transaction, leased by one worker, tried again, by the clock."""
