"""Papers to people: packets, notices, evidence."""
