"""DocTypes as data: model, field kinds, loading, layers, checks and differences."""
