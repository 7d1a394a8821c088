"""The verbs of the record: each takes the caller's session and leaves the commit to it."""
