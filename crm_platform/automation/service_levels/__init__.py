"""Service levels: working time, the clocks of a document, and what happens when they run out."""
