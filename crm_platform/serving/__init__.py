"""The server: a small supervisor, and the processes it starts, watches and starts again."""
