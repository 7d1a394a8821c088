"""Reads an e-mail that was saved as a file: who wrote what, not what is attached to it."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from docstore.files.problems import Problem
from docstore.files.readers.reading import Reading, unpaged
from docstore.files.text import tidy

_SHOWN = ("From", "To", "Date", "Subject")


def read(path: str) -> Reading:
    """Return the head and the words of a mail; it is a container, whatever it holds."""
    with Path(path).open("rb") as source:
        mail = BytesParser(EmailMessage, policy=policy.default).parse(source)
    head = [f"{name}: {mail[name]}" for name in _SHOWN if mail[name]]
    problems = [Problem.CONTAINER]
    if any(True for _ in mail.iter_attachments()):
        problems.append(Problem.ATTACHMENTS)
    body = mail.get_body(("plain",))
    words = [str(body.get_content())] if body is not None else []
    return unpaged(tidy("\n".join([*head, "", *words])), problems=[str(p) for p in problems])
