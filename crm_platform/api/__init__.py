"""The HTTP shell: routes, Frappe's v1 and v2 envelopes, OpenAPI; the one place where an error becomes a status."""
