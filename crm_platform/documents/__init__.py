"""The one door to data: Context, Document, life cycle, naming, links, versions, the store."""
