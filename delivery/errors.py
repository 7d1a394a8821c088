"""What a mail server may answer instead of taking a mail."""

from typing import ClassVar

from docstore.errors import DocstoreError


class MailUnavailable(DocstoreError):
    """No mail can be handed over now; nothing is lost, and it is tried again later.

    `answer` is what the server said, or one of our own codes where it said nothing:
    not_configured, unreachable, timeout, broken_off, tls (the certificate), no_tls, no_auth,
    not_writable, bad_sender.
    """

    code: ClassVar[str] = "mail_unavailable"

    def __init__(self, *, answer: str) -> None:
        super().__init__(answer=answer)
        self.answer = answer


class MailRefused(DocstoreError):
    """The mail server will not take this mail for this address, now or later: mend the address.

    `answer` is what the server said, or `bad_address` where there was no need to ask one.
    """

    code: ClassVar[str] = "mail_refused"

    def __init__(self, *, answer: str) -> None:
        super().__init__(answer=answer)
        self.answer = answer
