"""Attachments: files on disk with their File documents, private by default, judged by content."""
