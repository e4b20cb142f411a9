"""What the browser needs: the built interface's files, the facts it starts with, and definitions to draw from."""
