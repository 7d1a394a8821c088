"""No mail server: notices wait, and everyone can see that they do."""

from typing import NoReturn

from delivery.channels.seam import Mail
from delivery.errors import MailUnavailable


class UnconfiguredMailer:
    """Takes no mail over, because the installation names no mail server."""

    def send(self, mail: Mail) -> NoReturn:
        """Raise `MailUnavailable`."""
        del mail
        self.ping()

    def ping(self) -> NoReturn:
        """Raise `MailUnavailable`."""
        raise MailUnavailable(answer="not_configured")

    def close(self) -> None:
        """Return: nothing is open."""
