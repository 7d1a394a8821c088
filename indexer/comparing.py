"""Counts what changed from the version before, so that lists can say it."""

from collections.abc import Mapping

from docstore.models import Version
from docstore.outbox import Handler, Task
from docstore.rules.comparing.summary import summary_of
from docstore.services import compared, comparing
from indexer.learning import is_left
from indexer.reader import Reader


def handlers(reader: Reader) -> Mapping[str, Handler]:
    """Return the handler of this topic."""
    return {compared.COMPARE: lambda task: count(reader, task)}


def count(reader: Reader, task: Task) -> None:
    """Count what changed in a version's text, once both have one."""
    version_id, before_id = task.payload["version"], task.payload["before"]
    ids = before_id, version_id
    with reader.database.reading() as session:
        says = [comparing.has_words(session, each) for each in ids]
        made = comparing.between(session, before_id, version_id) if all(says) else None
        unread = sum(comparing.unread(session, each) for each in ids)
    summary = summary_of(made, unread=unread) if made is not None else None
    with task.finishing() as session:
        rows = [session.get(Version, each) for each in ids]
        if not all(row is not None and is_left(session, row) for row in rows):
            return  # destroyed meanwhile
        compared.write(
            session,
            before_id=before_id,
            version_id=version_id,
            summary=summary,
            at=reader.clock.now(),
        )
