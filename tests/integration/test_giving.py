"""Stored bytes on their way out: checked block by block, refused when wrong until mended."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest
from sqlalchemy import select, update

from docstore.errors import ObjectDamaged, ObjectNotFound, StorageUnavailable
from docstore.models import OutboxMessage, Rendition, StoredObject, Version
from docstore.objects.blocks import BLOCK
from docstore.objects.memory import MemoryObjectStore
from docstore.objects.seam import object_key
from docstore.services import damage, giving, renditions, upkeep
from docstore.services.documents import Owner
from docstore.services.giving import Giver, Held
from docstore.services.renditions import Made
from tests.integration.conftest import TODAY, Council, House

TEXT = "".join(f"linia {number}\n" for number in range(250_000))  # a little over three blocks
DATA = TEXT.encode()
EMBEDDED = pytest.mark.parametrize("house", ["embedded"], indirect=True)
"""What neither the dialect nor the store has a part in; tests/integration/test_store_faults.py
walks the same over a real S3 server."""


@pytest.fixture
def version(house: House, council: Council) -> Version:
    return house.upload(council.body, Owner(meeting_id=council.meeting.id), TEXT)


@pytest.fixture
def giver(house: House) -> Giver:
    return Giver(house.database, house.store, house.clock)


def held(house: House, version: Version) -> Held:
    with house.database.reading() as session:
        return giving.held(session, body_id=version.body_id, sha256=version.sha256)


def put_instead(house: House, version: Version, data: bytes) -> None:
    """Change the stored bytes behind the record's back."""
    key = object_key(version.body_id, version.sha256)
    house.store.replace(key, BytesIO(data), size=len(data))


def forget_blocks(house: House) -> None:
    """Make every object one from before blocks were kept."""
    with house.database.transaction() as session:
        session.execute(update(StoredObject).values(blocks=None))


def is_refused(house: House, version: Version) -> bool:
    try:
        held(house, version)
    except ObjectDamaged:
        return True
    return False


def blocks_of(data: bytes) -> bytes:
    parts = (data[at : at + BLOCK] for at in range(0, len(data), BLOCK))
    return b"".join(hashlib.sha256(part).digest() for part in parts)


@EMBEDDED
class TestParts:
    def test_any_part_is_given(self, house: House, version: Version, giver: Giver) -> None:
        size = len(DATA)
        for start, end in (
            (0, size),
            (0, 1),
            (BLOCK - 1, BLOCK + 1),
            (BLOCK, 2 * BLOCK),
            (size - 1, size),
            (5, 5),
        ):
            given_out = b"".join(giver.part(held(house, version), start, end))
            assert given_out == DATA[start:end], (start, end)

    def test_the_hashes_are_kept_at_upload(self, house: House, version: Version) -> None:
        assert held(house, version).blocks == blocks_of(DATA)


@EMBEDDED
class TestWrongBytes:
    def test_blocks_before_the_wrong_one_are_given_and_it_is_not(
        self, house: House, version: Version, giver: Giver
    ) -> None:
        wrong = bytearray(DATA)
        wrong[2 * BLOCK + 7] ^= 1
        put_instead(house, version, bytes(wrong))
        blocks = giver.part(held(house, version), 0, len(DATA))
        assert next(blocks) + next(blocks) == DATA[: 2 * BLOCK]
        with pytest.raises(ObjectDamaged):
            next(blocks)
        assert is_refused(house, version)

    def test_a_sound_part_of_a_damaged_object_is_given_until_it_is_known(
        self, house: House, version: Version, giver: Giver
    ) -> None:
        put_instead(house, version, DATA[:-1] + b"!")
        assert b"".join(giver.part(held(house, version), 0, 9)) == DATA[:9]
        assert not is_refused(house, version)

    @pytest.mark.parametrize("wrong", [DATA[:-1], DATA + b"!", DATA[:BLOCK], b"x"])
    def test_an_object_of_another_length_is_damaged(
        self, house: House, version: Version, giver: Giver, wrong: bytes
    ) -> None:
        put_instead(house, version, wrong)
        given_out: list[bytes] = []
        with pytest.raises(ObjectDamaged):
            given_out.extend(giver.part(held(house, version), 0, len(DATA)))
        assert DATA.startswith(b"".join(given_out))
        assert len(given_out) < len(blocks_of(DATA)) // 32
        assert is_refused(house, version)

    def test_a_lost_object_is_refused_too(
        self, house: House, version: Version, giver: Giver
    ) -> None:
        found = held(house, version)
        house.store.remove(object_key(version.body_id, version.sha256))
        with pytest.raises(ObjectNotFound):
            next(giver.part(found, 0, 1))
        assert is_refused(house, version)

    def test_a_tool_gets_no_wrong_byte(
        self, house: House, version: Version, tmp_path: Path
    ) -> None:
        put_instead(house, version, DATA[:-1] + b"!")
        with (
            pytest.raises(ObjectDamaged),
            giving.fetched(
                house.database,
                house.store,
                body_id=version.body_id,
                sha256=version.sha256,
                folder=tmp_path,
                at=TODAY,
            ),
        ):
            pytest.fail("wrong bytes were given to a tool")
        assert is_refused(house, version)
        assert list(tmp_path.glob("fetched-*")) == []

    def test_what_was_made_of_a_version_is_made_anew(
        self, house: House, version: Version, giver: Giver
    ) -> None:
        made = Made(kind="pdf", media_type="application/pdf", sha256=version.sha256, size=len(DATA))
        with house.database.transaction() as session:
            renditions.put(
                session, body_id=version.body_id, made=made, at=TODAY, version_id=version.id
            )
        put_instead(house, version, b"!" + DATA[1:])
        for _ in range(2):  # noted once, promised once
            with pytest.raises(ObjectDamaged):
                next(giver.part(Held(version.body_id, version.sha256, len(DATA), None), 0, 1))
            with house.database.reading() as session:
                promised = session.scalars(
                    select(OutboxMessage.key).where(OutboxMessage.topic == renditions.RENDER)
                ).all()
            assert promised == [version.id]


def test_the_same_bytes_put_again_mend_it(
    house: House, council: Council, version: Version, giver: Giver
) -> None:
    put_instead(house, version, b"!" + DATA[1:])
    with pytest.raises(ObjectDamaged):
        next(giver.part(held(house, version), 0, 1))
    with house.database.reading() as session:
        assert damage.damaged_names(session, version.body_id) == [version.file_name]
        assert damage.damaged_count(session) == 1
    house.upload(council.body, Owner(meeting_id=council.meeting.id), TEXT)
    assert b"".join(giver.part(held(house, version), 0, len(DATA))) == DATA


class _Away(MemoryObjectStore):
    """A store that goes away after some reads."""

    def __init__(self, reads: int) -> None:
        super().__init__()
        self.reads = reads

    @contextmanager
    def open(self, key: str, *, offset: int = 0, length: int | None = None) -> Iterator[BinaryIO]:
        self.reads -= 1
        if self.reads < 0:
            raise StorageUnavailable
        with super().open(key, offset=offset, length=length) as stream:
            yield stream


@EMBEDDED
def test_a_store_that_is_away_says_nothing_of_the_bytes(house: House, version: Version) -> None:
    store = _Away(reads=1)
    key = object_key(version.body_id, version.sha256)
    store.put(key, BytesIO(DATA), size=len(DATA))
    blocks = Giver(house.database, store, house.clock).part(held(house, version), 0, len(DATA))
    assert next(blocks) == DATA[:BLOCK]
    with pytest.raises(StorageUnavailable):
        next(blocks)
    assert not is_refused(house, version)


@EMBEDDED
class TestFromBefore:
    def test_the_first_who_asks_gets_verified_bytes(
        self, house: House, version: Version, giver: Giver
    ) -> None:
        forget_blocks(house)
        assert b"".join(giver.part(held(house, version), 3, 9)) == DATA[3:9]
        assert held(house, version).blocks == blocks_of(DATA)

    def test_not_even_the_sound_part_of_a_damaged_one_is_given(
        self, house: House, version: Version, giver: Giver
    ) -> None:
        forget_blocks(house)
        put_instead(house, version, DATA[:-1] + b"!")
        with pytest.raises(ObjectDamaged):
            next(giver.part(held(house, version), 0, 1))
        assert is_refused(house, version)

    def test_upkeep_fills_them_in(self, house: House, version: Version) -> None:
        forget_blocks(house)
        assert upkeep.settle(house.database, house.store, at=TODAY)
        assert held(house, version).blocks == blocks_of(DATA)

    def test_upkeep_finds_the_damaged_and_gives_out_again_what_came_back(
        self, house: House, version: Version
    ) -> None:
        forget_blocks(house)
        put_instead(house, version, b"!" + DATA[1:])
        upkeep.settle(house.database, house.store, at=TODAY)
        assert is_refused(house, version)
        put_instead(house, version, DATA)
        upkeep.settle(house.database, house.store, at=TODAY)
        assert not is_refused(house, version)

    def test_what_is_too_much_for_one_round_waits_for_the_next(
        self, house: House, council: Council, version: Version, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = house.upload(council.body, Owner(meeting_id=council.meeting.id), "mały plik")
        forget_blocks(house)
        monkeypatch.setattr(upkeep, "_READ_AT_ONCE", 1)
        assert not upkeep.settle(house.database, house.store, at=TODAY)
        assert upkeep.settle(house.database, house.store, at=TODAY)
        assert {held(house, each).blocks is None for each in (version, other)} == {False}

    def test_the_check_fills_them_in_as_well(self, house: House, version: Version) -> None:
        forget_blocks(house)
        assert list(upkeep.damages(house.database, house.store)) == []
        assert held(house, version).blocks == blocks_of(DATA)


@EMBEDDED
def test_a_list_of_objects_loads_no_hashes(house: House, version: Version) -> None:
    with house.database.reading() as session:
        row = session.scalars(
            select(StoredObject).where(StoredObject.sha256 == version.sha256)
        ).one()
        assert "blocks" not in row.__dict__
        assert session.scalars(select(Rendition)).all() == []
