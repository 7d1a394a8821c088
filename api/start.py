"""Where the command `teczka` begins."""

from api.arenas import keep_few_arenas
from api.loading import loading


def main() -> None:
    """Load the command and run it."""
    keep_few_arenas()
    with loading():
        from api.cli import main as run  # noqa: PLC0415 - this is the loading
    run()
