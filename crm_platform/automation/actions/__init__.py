"""The actions of rules, one module each: a `plan` function that says what it is going to do, and how."""
