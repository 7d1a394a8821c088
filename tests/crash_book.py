"""What was acknowledged to the outside, kept outside, and held against an installation."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from api.checking import check
from api.wiring import Parts
from delivery.bundle import PDF, ZIP
from delivery.sender import message_host
from docstore import outbox
from docstore.clock import MemoryClock
from docstore.errors import DocstoreError
from docstore.language import Words
from docstore.models import Delivery, Meeting, Notice, Packet, Rendition, StoredObject, Version
from docstore.objects.seam import object_key
from docstore.outbox import UPKEEP
from docstore.visibility import Visibility, office
from indexer.documents import Page, SearchQuery


@dataclass(frozen=True)
class Upload:
    """A version that somebody was told is kept, and a word that only it has."""

    version_id: str
    sha256: str
    word: str


@dataclass
class Book:
    """Uploads and packets that were acknowledged, and the mails that came."""

    message_ids: Callable[[], Iterable[str]]
    """The Message-ID of every mail that the mail server took, repeats too."""
    uploads: list[Upload] = field(default_factory=list)
    packets: set[str] = field(default_factory=set)
    meetings: list[str] = field(default_factory=list)
    kills: int = 0

    def uploaded(self, version_id: str, data: bytes, word: str) -> None:
        """Note an acknowledged upload."""
        self.uploads.append(Upload(version_id, hashlib.sha256(data).hexdigest(), word))

    def published(self, packet_id: str) -> None:
        """Note an acknowledged packet."""
        self.packets.add(packet_id)

    def waiting(self, parts: Parts) -> list[str]:
        """Return what the outbox has not done."""
        with parts.database.reading() as session:
            return [
                f"{each.topic} {each.attempts} {each.available_at:%T} {each.last_error}"
                for each in outbox.messages(session)
            ]

    def is_settled(self, parts: Parts) -> bool:
        """Tell whether nothing is left to do."""
        with parts.database.reading() as session:
            work = outbox.backlog(session)
        return not (work.waiting or work.parked)

    @property
    def repeats(self) -> int:
        """Return how many mails came a second time, known by their Message-IDs."""
        return sum(number - 1 for number in Counter(self.message_ids()).values())

    def wrongs(self, parts: Parts, *, since: int = 0) -> list[str]:
        """Return everything that is not as it was acknowledged; uploads from the `since`th on."""
        return [
            *(wrong for each in self.uploads[since:] for wrong in _upload_wrongs(parts, each)),
            *self._packet_wrongs(parts),
            *self._mail_wrongs(parts),
            *(line.text for line in check(parts, Words("en")).lines if not line.is_good),
            *self.waiting(parts),
        ]

    def _packet_wrongs(self, parts: Parts) -> Iterator[str]:
        with parts.database.reading() as session:
            meetings = set(session.scalars(select(Meeting.id)))
            packets = set(session.scalars(select(Packet.id)))
            made = session.execute(
                select(Rendition.packet_id, Rendition.kind).where(Rendition.sha256.is_not(None))
            ).all()
        yield from (f"the meeting {each} is lost" for each in set(self.meetings) - meetings)
        yield from (f"the packet {each} is lost" for each in self.packets - packets)
        kinds = Counter(row.packet_id for row in made if row.kind in {PDF, ZIP})
        yield from (f"the packet {each} lacks a file" for each in packets if kinds[each] != 2)

    def _mail_wrongs(self, parts: Parts) -> Iterator[str]:
        host = message_host(parts.settings.public_url)
        came = Counter(self.message_ids())
        with parts.database.reading() as session:
            rows = session.execute(
                select(Delivery.message_id, Delivery.state, Notice.packet_id).join(
                    Notice, Notice.id == Delivery.notice_id
                )
            ).all()
        for row in rows:
            if row.state not in {"accepted", "no_address"}:
                yield f"the delivery {row.message_id} is {row.state}"
            if row.state == "accepted" and not came[f"<{row.message_id}@{host}>"]:
                yield f"the delivery {row.message_id} is called accepted, and no mail came"
        yield from (
            f"nobody was told of packet {each}"
            for each in self.packets - {row.packet_id for row in rows}
        )
        yield from (
            f"a mail came that no delivery knows: {each}"
            for each in came.keys() - {f"<{row.message_id}@{host}>" for row in rows}
        )
        if self.repeats > self.kills:
            yield f"{self.repeats} mails came again after {self.kills} kills"


def _upload_wrongs(parts: Parts, upload: Upload) -> Iterator[str]:
    with parts.database.reading() as session:
        row = session.get(Version, upload.version_id)
    if row is None:
        yield f"the upload {upload.word} is lost"
        return
    digest = hashlib.sha256()
    try:
        with parts.store.open(object_key(row.body_id, upload.sha256)) as source:
            while data := source.read(1 << 20):
                digest.update(data)
    except DocstoreError as error:
        yield f"the bytes of {upload.word} cannot be read: {error.code}"
    if digest.hexdigest() != upload.sha256:
        yield f"the bytes of {upload.word} are others"
    seen_by = Visibility.of(row.body_id, {office(row.body_id)})
    found = parts.engine.search(SearchQuery(text=upload.word), visible_to=seen_by, page=Page())
    if upload.version_id not in {hit.id for hit in found.hits}:
        yield f"the text of {upload.word} is not found"


def lying(parts: Parts) -> list[str]:
    """Return what killed processes left: files, generations of the index, objects of no row."""
    folder = parts.settings.data_dir
    places = folder / "spool", folder / "objects" / ".incoming"
    index = folder / "index" / parts.settings.search_url.removesuffix(":")
    with parts.database.reading() as session:
        wanted = {object_key(r.body_id, r.sha256) for r in session.scalars(select(StoredObject))}
    return [
        *(str(file) for place in places if place.exists() for file in place.iterdir()),
        *map(str, list(index.glob("generation-*"))[1:]),
        *(key for key in parts.store.list_keys("") if key not in wanted),
    ]


def keep_up(parts: Parts) -> None:
    """Let upkeep pass, as it does by itself, two days later."""
    later = MemoryClock(parts.clock.now() + timedelta(days=2))
    handlers = {UPKEEP: parts.handlers()[UPKEEP]}
    with parts.database.transaction() as session:
        outbox.enqueue(session, UPKEEP, "out of turn", at=parts.clock.now())
    while outbox.run_one(parts.database, later, handlers, frozenset(handlers)):
        pass
