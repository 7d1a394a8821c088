"""Whatever the office does, search shows each asker what the record lets them see (DESIGN 4.4)."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from io import BytesIO
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy import text as sql

from api.searching import search
from api.wiring import Parts, build
from docstore import outbox, visibility
from docstore.clock import MemoryClock
from docstore.errors import DocstoreError
from docstore.files import media
from docstore.migrations import migrate
from docstore.models import Document, Meeting, Organization, Paper, Version, VersionAudience
from docstore.rules.audience import AudienceKind
from docstore.services import adoption, agendas, exclusions, organizations, packets, renditions
from docstore.services.acting import Acting
from docstore.services.adoption import Outcome
from docstore.services.documents import (
    AudienceChoice,
    DocumentChange,
    NewDocument,
    Owner,
    change_document,
    remove_document,
)
from docstore.services.exclusions import TakeDown
from docstore.services.reading import may_see
from docstore.services.renditions import Learned
from docstore.settings import Settings
from docstore.visibility import Visibility
from indexer.catching_up import catch_up
from indexer.documents import Page, SearchQuery
from indexer.open import open_engine
from tests.factories import make_database
from tests.integration.conftest import TODAY, Council, House, found_council

EVERYTHING = Page(limit=1000)
_numbers = count()


@dataclass
class World:
    """One council, its documents, and everybody who may ask."""

    parts: Parts
    council: Council
    committee: Organization
    paper: Paper
    documents: list[str] = field(default_factory=list)
    acts: int = 0

    @property
    def acting(self) -> Acting:
        """Return the system, now."""
        return Acting(None, self.parts.clock.now())

    @property
    def body_id(self) -> str:
        """Return whose world this is."""
        return self.council.body.id

    def askers(self) -> dict[str, Visibility]:
        """Return what each kind of person may see."""
        body, member = self.body_id, self.council.member.id
        tokens = {
            "public": set[str](),
            "member": {visibility.member(body), visibility.person(member)},
            "committee": {visibility.member(body), visibility.organization(self.committee.id)},
            "guest": {visibility.guest(body), visibility.person(self.council.guest.id)},
            "office": {visibility.office(body)},
            "both": {visibility.office(body), visibility.member(body)},
        }
        return {name: Visibility.of(body, found) for name, found in tokens.items()}

    def audience(self, number: int) -> AudienceChoice:
        """Return one of the audiences that the office may choose."""
        return (
            AudienceChoice(),
            AudienceChoice(AudienceKind.MEMBERS, ground="privacy"),
            AudienceChoice(AudienceKind.ORGANIZATION, (self.committee.id,), "privacy"),
            AudienceChoice(AudienceKind.PERSONS, (self.council.member.id,), "privacy"),
        )[number % 4]

    # --- what the office does -----------------------------------------------------------------

    def upload(self, number: int) -> None:
        """Add a document, or a version to one there is."""
        data = BytesIO(f"Uchwała budżetowa {number} {len(self.documents)} {self.acts}".encode())
        self.acts += 1
        intake = self.parts.intake
        if self.documents and number % 3 == 0:
            document = self.documents[number % len(self.documents)]
            version = intake.add_version(
                None, body_id=self.body_id, document_id=document, file_name="a.txt", source=data
            )
        else:
            owner = (
                Owner(paper_id=self.paper.id)
                if number % 5
                else Owner(meeting_id=self.council.meeting.id)
            )
            new = NewDocument(
                owner, role="main", is_public=number % 2 == 0, audience=self.audience(number // 2)
            )
            version = intake.add_document(
                None, body_id=self.body_id, new=new, file_name="a.txt", source=data
            )
            self.documents.append(version.document_id)
        with self.parts.database.transaction() as session:
            facts = Learned(media.TEXT, 1, "text", False, False, [], [], ["Uchwała budżetowa"])
            renditions.learn(session, version_id=version.id, facts=facts, at=self.acting.at)

    def publish(self, number: int) -> None:
        """Publish the next packet, if there is anything to publish."""
        del number
        with self.parts.database.transaction() as session:
            meeting = session.get_one(Meeting, self.council.meeting.id)
            packets.publish(
                session,
                self.acting,
                body_id=self.body_id,
                meeting_id=meeting.id,
                revision=meeting.revision,
                personal_data_reason="sprawdzono",
            )

    def change(self, number: int) -> None:
        """Change whom a document is for, which counts from the next packet on."""
        with self.parts.database.transaction() as session:
            to = DocumentChange("main", "Projekt", number % 2 == 1, self.audience(number // 3))
            change_document(
                session, self.acting, body_id=self.body_id, document_id=self._one(number), to=to
            )

    def remove(self, number: int) -> None:
        """Take a document off its paper."""
        with self.parts.database.transaction() as session:
            remove_document(
                session, self.acting, body_id=self.body_id, document_id=self._one(number)
            )

    def take_down(self, number: int) -> None:
        """Take a document down, whole or its newest version, from all or from the public."""
        document = self._one(number)
        with self.parts.database.transaction() as session:
            newest = session.scalars(
                select(Version.id)
                .where(Version.document_id == document)
                .order_by(Version.number.desc())
            ).first()
            said = TakeDown(
                "całość",
                "privacy",
                "Burmistrz",
                version_id=newest if number % 3 == 0 else None,
                from_members=number % 2 == 0,
            )
            exclusions.take_down(
                session, self.acting, body_id=self.body_id, document_id=document, said=said
            )

    def adopt(self, number: int) -> None:
        """Adopt the paper and publish the act."""
        del number
        with self.parts.database.transaction() as session:
            consideration = agendas.agenda(session, self.council.meeting.id)[1].considerations[0]
            adoption.record_outcome(
                session,
                self.acting,
                body_id=self.body_id,
                consideration_id=consideration.id,
                outcome=Outcome("adopted", "LIII/1/2026"),
            )
            adoption.publish_act(
                session,
                self.acting,
                body_id=self.body_id,
                paper_id=self.paper.id,
                personal_data_reason="sprawdzono",
            )

    def _one(self, number: int) -> str:
        return self.documents[number % len(self.documents)]

    # --- what the record says -----------------------------------------------------------------

    def allowed(self, asker: Visibility) -> set[str]:
        """Return each document's newest version that the asker may see, from the rows alone."""
        with self.parts.database.reading() as session:
            rows = session.execute(
                select(Version.document_id, Version.number, Version.id)
                .join(VersionAudience, VersionAudience.version_id == Version.id)
                .where(Version.body_id == asker.body_id, VersionAudience.token.in_(asker.tokens))
                .order_by(Version.number)
            ).all()
        return set({row.document_id: row.id for row in rows}.values())

    def gone(self) -> frozenset[str]:
        """Return the documents whose taking down no index has confirmed."""
        with self.parts.database.reading() as session:
            return exclusions.pending(session, self.body_id)

    # --- what search says ---------------------------------------------------------------------

    def shown(self, asker: Visibility, text: str) -> tuple[set[str], int, int]:
        """Return what search shows, how many hits it counts, and how many its facets count."""
        with self.parts.database.reading() as session:
            found = search(self.parts, session, asker, SearchQuery(text=text), EVERYTHING)
        years = found.answer.facets["year"].values()
        return {hit.found.version_id for hit in found.hits}, found.answer.total, sum(years)


VERBS = (
    World.upload, World.upload, World.publish, World.change, World.remove, World.take_down,
    World.adopt,
)  # fmt: skip


@pytest.fixture(params=["memory:", "tantivy:"])
def parts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Parts]:
    """Return an installation with each engine."""
    settings = Settings.model_validate(
        {"data_dir": tmp_path / "data", "search_url": request.param, "object_store_url": "memory:"}
    )
    made = build(settings, clock=MemoryClock(TODAY))
    migrate(made.database)
    yield made
    made.close()


def with_fresh_index(parts: Parts) -> Parts:
    """Return the same installation with an index of its own for this example.

    Whoosh draws the names of its files by lot, and Hypothesis draws the same lots in each example.
    """
    engine = open_engine(parts.settings.search_url, parts.settings.data_dir / f"{next(_numbers)}")
    return replace(parts, engine=engine, reader=replace(parts.reader, engine=engine))


def make_world(parts: Parts) -> World:
    """Found a council that nobody has seen, with a committee and a document on its paper."""
    clock = parts.clock
    assert isinstance(clock, MemoryClock)
    house = House(parts.database, parts.store, clock, parts.intake, parts.reader)
    council = found_council(house, f"rada-{next(_numbers)}")
    with parts.database.transaction() as session:
        committee = organizations.add_organization(
            session, house.acting, body_id=council.body.id, name="Komisja Budżetu"
        )
        paper = agendas.agenda(session, council.meeting.id)[1].considerations[0].paper
    world = World(parts, council, committee, paper)
    world.upload(2)
    return world


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    steps=st.lists(
        st.tuples(st.integers(0, len(VERBS) - 1), st.integers(0, 11), st.booleans()),
        min_size=3,
        max_size=12,
    )
)
def test_search_shows_each_asker_what_the_record_lets_them_see(
    parts: Parts, steps: Sequence[tuple[int, int, bool]]
) -> None:
    """Hits, counts and facets alike; while the index lags behind, never more than the record."""
    parts = with_fresh_index(parts)
    worlds = [make_world(parts), make_world(parts)]
    for verb, number, catches_up in steps:
        world = worlds[number % 2]
        with suppress(DocstoreError):  # a packet may be empty or unchanged; then nothing changed
            VERBS[verb](world, number)
        if catches_up:
            catch_up(parts.reader)
        gone = world.gone()
        for name in ("public", "guest", "committee"):
            asker = world.askers()[name]
            shown, _, _ = world.shown(asker, "")
            assert shown <= world.allowed(asker), name
            assert not gone & _documents_of(parts, shown), name
    catch_up(parts.reader)
    _confirm(parts, worlds)
    for each in worlds:
        for name, asker in each.askers().items():
            for text in ("", "BUDZETOWE"):
                shown, total, counted = each.shown(asker, text)
                assert shown == each.allowed(asker), (name, text)
                assert (total, counted) == (len(shown), len(shown)), (name, text)
    parts.engine.close()


def _documents_of(parts: Parts, version_ids: set[str]) -> set[str]:
    with parts.database.reading() as session:
        return set(
            session.scalars(select(Document.id).join(Version).where(Version.id.in_(version_ids)))
        )


def _confirm(parts: Parts, worlds: Sequence[World]) -> None:
    """Confirm every taking-down, as the worker does once the index has caught up."""
    handlers = {exclusions.CLEAR: parts.handlers()[exclusions.CLEAR]}
    outbox.drain(parts.database, parts.clock, handlers)
    assert all(not world.gone() for world in worlds)


def test_a_few_versions_are_looked_up_without_walking_all_of_a_body(tmp_path: Path) -> None:
    database = make_database(folder=tmp_path)
    query = select(Version.id).where(
        Version.id.in_(map(str, range(20))), may_see(Visibility.public("body"))
    )
    asked = query.compile(database.engine, compile_kwargs={"literal_binds": True})
    with database.reading() as session:
        steps = [row[3] for row in session.execute(sql(f"EXPLAIN QUERY PLAN {asked}"))]
    database.dispose()
    assert any(step.startswith("SEARCH version USING") and "(id=?)" in step for step in steps), (
        steps
    )
