"""One module per generated page of docs/reference: `PAGE` is its file name, `page()` its whole text."""
