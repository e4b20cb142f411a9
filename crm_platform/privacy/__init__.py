"""Personal data: sealed values, unmasking, retention, consent, reports about a person, erasure, and the audit log."""
