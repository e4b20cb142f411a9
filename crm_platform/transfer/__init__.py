"""Data in and out by files: mapping, import in resumable steps, export that can be imported again."""
