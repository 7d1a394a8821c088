"""The command `teczka`, one module for each family of commands; `api/cli.py` puts them together."""
