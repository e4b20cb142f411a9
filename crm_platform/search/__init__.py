"""One index over all DocTypes: what people type finds documents that they may read."""
