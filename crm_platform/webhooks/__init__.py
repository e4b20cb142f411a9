"""Webhooks: calls of other systems when something happens to a document, queued in its transaction, signed, retried."""
