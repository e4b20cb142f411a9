"""A pack that uses every extension point once: things that customers borrow."""
