"""Where the command `teczka` begins."""

from api.loading import loading


def main() -> None:
    """Load the command and run it."""
    with loading():
        from api.cli import main as run  # noqa: PLC0415 - this is the loading
    run()
