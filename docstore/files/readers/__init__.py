"""Readers of file formats; they run in the sandbox and answer a `Reading`."""
