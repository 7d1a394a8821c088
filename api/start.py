"""Where the command `teczka` begins."""

from api.arenas import give_memory_back
from api.loading import loading


def main() -> None:
    """Load the command and run it."""
    give_memory_back()
    with loading():
        from api.cli import main as run  # noqa: PLC0415 - this is the loading
    run()
