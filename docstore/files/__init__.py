"""Hostile files made dull: knows no database, no HTTP and no other docstore module."""
