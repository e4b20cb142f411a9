"""Mail: an outbox filled in the document's transaction, sent after it; incoming mail on the timeline of documents."""
