"""Tables in files: csv and xlsx, read and written row by row, within limits, with formulas made harmless."""
