"""Everything that speaks HTTP or a command line."""
