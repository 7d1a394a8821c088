"""What pages say once only, and what they say while something is wrong."""

import shutil
from collections import namedtuple
from collections.abc import Iterator
from datetime import date, timedelta
from http import HTTPStatus
from io import BytesIO

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from api.state.conditions import Doctor
from delivery.errors import MailUnavailable
from docstore import outbox
from docstore.errors import RecordUnavailable
from docstore.models import OutboxMessage, Version
from docstore.objects.seam import object_key
from docstore.services.documents import Owner
from tests.browser.crawling import HOME, Seen
from tests.browser.town import People, destroy
from tests.integration.pages.browsers import csrf
from tests.integration.pages.conftest import Council, Site

_MANY = 400  # more searches than the limit lets through at once
_Disk = namedtuple("_Disk", "total used free")  # noqa: PYI024 - as shutil returns it


def shown_once(site: Site, home: str, people: People) -> Iterator[Seen]:
    """Yield what is shown to who has just made a token, or signed out everywhere."""
    token = {"label": "obieg dokumentów", "scopes": ["read"], "days": "90"}
    for person, path, fields in (
        (people.councillor, "konto/tokeny", token),
        (people.administrator, "biuro/osoby/tokeny", token),
        (people.clerk, "konto/wyloguj-wszedzie", {}),
    ):
        browser = site.browser(person)
        address = f"{home}/{path}"
        data = {"csrf": csrf(browser), **fields}
        answer = browser.post(address, data=data, follow_redirects=True)
        yield Seen.of(answer, person.name, f"{path}, done", address)


def troubles(site: Site, home: str, council: Council, people: People) -> Iterator[Seen]:
    """Yield what is said while parts are away, and to whoever asks too much; the town is spent."""
    yield from _destroyed(site, home, council, people)
    yield from _away(site, home, council, people)
    yield from _held(site, home, council, people)
    yield from _broken(site, home, council, people)


def _state(site: Site, home: str, people: People, what: str) -> Seen:
    site.app.state.doctor = Doctor(site.parts)  # it remembers for a minute how the mail was
    address = f"{home}/stan"
    answer = site.browser(people.administrator).get(address)
    return Seen.of(answer, "administrator", what, address)


def _destroyed(site: Site, home: str, council: Council, people: People) -> Iterator[Seen]:
    """Yield a page whose destruction is under way, and what a destroyed file's address says."""
    owner = Owner(meeting_id=council.meeting.id)
    version = site.upload(council, owner, "Za chwilę", name="opinia.txt", is_public=True)
    site.publish(council)
    destroy(site, council, version, works=False)
    file = f"{home}/pliki/{version.id}/{version.file_name}"
    for who, person in (("public", None), ("councillor", people.councillor)):
        yield Seen.of(site.browser(person).get(file), who, "destroyed file", file)
    page = f"{home}/biuro/dokumenty/{version.document_id}"
    browser = site.browser(people.administrator)
    yield Seen.of(browser.get(page), "administrator", "destroyed document", page)
    row = browser.get(page).text.partition("/wylaczenia/")[2].partition('"')[0]
    address = f"{home}/biuro/wylaczenia/{row}"
    yield Seen.of(browser.get(address), "administrator", "destruction under way", address)
    site.work()
    yield Seen.of(browser.get(address), "administrator", "destruction done", address)


def _away(site: Site, home: str, council: Council, people: People) -> Iterator[Seen]:
    """Yield the pages while the index, the store, the mail, the room and the record are away."""
    parts = site.parts
    objects = parts.settings.data_dir / "objects"
    search = f"{home}/szukaj?q=niczego"
    file = _unread(site, council, 101)
    address = f"{home}/pliki/{file.id}/{file.file_name}"
    browser = site.browser(people.clerk)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(parts.engine), "needs_rebuild", lambda _: True)
        for who, person in (("public", None), ("councillor", people.councillor)):
            answer = site.browser(person).get(search)
            yield Seen.of(answer, who, "search being rebuilt", search)
        acts = f"{home}/uchwaly?q=niczego"
        yield Seen.of(site.browser().get(acts), "public", "acts being rebuilt", acts)
        patch.setattr(shutil, "disk_usage", lambda _: _Disk(10**12, 10**12 - 10**8, 10**8))
        form = f"{home}/biuro/dokumenty/{file.document_id}/wersje"
        sent = {"file": ("a.txt", BytesIO(b"Nie ma gdzie"))}
        answer = browser.post(form, data={"csrf": csrf(browser)}, files=sent)
        yield Seen.of(answer, "clerk", "no room", form)

        def refuse(_: object) -> None:
            raise MailUnavailable(answer="unreachable")

        patch.setattr(type(parts.mail_probe), "ping", refuse)
        objects.rename(objects.with_name("unmounted"))
        yield Seen.of(browser.get(address), "clerk", "store away", address)
        yield _state(site, home, people, "state: much is away")
        objects.with_name("unmounted").rename(objects)

        def no_record(*_: object, **__: object) -> None:
            raise RecordUnavailable

        def mistaken(*_: object, **__: object) -> None:
            raise ArithmeticError

        calm = TestClient(site.app, base_url=HOME, raise_server_exceptions=False)
        for what, how in (("record away", no_record), ("a mistake of ours", mistaken)):
            patch.setattr(type(parts.database), "reading", how)
            yield Seen.of(calm.get(home), "public", what, home)
    site.app.state.doctor = Doctor(parts)


def _held(site: Site, home: str, council: Council, people: People) -> Iterator[Seen]:
    """Yield the state of an installation that was restored, and one whose work was put aside."""
    with site.parts.database.transaction() as session:
        outbox.hold(session, {"delivery.send", "link.send"}, at=site.clock.now())
        for topic in site.parts.handlers():
            outbox.enqueue(session, topic, "x", at=site.clock.now(), body=council.body.id)
    yield _state(site, home, people, "state: restored, sending held")
    with site.parts.database.transaction() as session:
        outbox.release(session, at=site.clock.now())
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.done_at.is_(None))
            .values(failed_at=site.clock.now(), attempts=12, last_error="ValueError: " + "x" * 300)
        )
    site.clock.move(timedelta(hours=4))
    yield _state(site, home, people, "state: work put aside")
    with site.parts.database.transaction() as session:
        session.execute(update(OutboxMessage).values(done_at=site.clock.now(), failed_at=None))


def _unread(site: Site, council: Council, number: int) -> Version:
    """Publish an act whose file nobody has opened: what was read is kept at hand for a while."""
    name = f"nieczytana-{number}.txt"
    site.act(
        council,
        number=f"XX/{number}/25",
        title="w sprawie pliku, którego nikt nie otwierał",
        text=f"Uchwała nr XX/{number}/25",
        day=date(2025, 7, 1),
        name=name,
    )
    with site.parts.database.reading() as session:
        return session.scalars(select(Version).where(Version.file_name == name)).one()


def _broken(site: Site, home: str, council: Council, people: People) -> Iterator[Seen]:
    """Yield what is said of a damaged file, a lost one, a broken record and too many searches."""
    browser = TestClient(site.app, base_url=HOME, raise_server_exceptions=False)
    version, other = _unread(site, council, 102), _unread(site, council, 103)
    file = f"{home}/pliki/{version.id}/{version.file_name}"
    key = object_key(version.body_id, version.sha256)
    with site.parts.store.open(key) as stream:
        wrong = bytearray(stream.read())
    wrong[-1] ^= 1
    site.parts.store.replace(key, BytesIO(wrong), size=len(wrong))
    yield Seen.of(browser.get(file), "public", "damaged object", file)
    yield _state(site, home, people, "state: a damaged object")
    site.parts.store.remove(object_key(other.body_id, other.sha256))
    file = f"{home}/pliki/{other.id}/{other.file_name}"
    yield Seen.of(browser.get(file), "public", "lost object", file)
    record = site.parts.database.engine
    with record.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE body RENAME TO away")
    yield Seen.of(browser.get(home), "public", "broken record", home)
    with record.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO body")
    search = f"{home}/szukaj?q=x"
    answers = (browser.get(search) for _ in range(_MANY))
    refused = next(each for each in answers if each.status_code != HTTPStatus.OK)
    yield Seen.of(refused, "public", "too many searches", search)
