"""What the processes of one server have in common."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.state import common
from api.state.sightings import Sightings
from docstore.settings import Settings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)


class TestFolder:
    @pytest.fixture(autouse=True)
    def _memory(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(common, "_MEMORY", tmp_path / "memory")
        monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
        (tmp_path / "memory").mkdir()

    def test_it_is_empty_at_the_beginning_ours_alone_and_gone_at_the_end(
        self, tmp_path: Path
    ) -> None:
        assert common.common_folder() is None
        common.announce(Settings(data_dir=tmp_path))
        folder = common.common_folder()
        assert folder is not None
        (folder / "of-one-that-was-killed").touch()
        with common.in_common():
            assert common.common_folder() == folder
            assert folder.stat().st_mode & 0o777 == 0o700
            assert list(folder.iterdir()) == []
        assert not folder.exists()

    def test_two_servers_have_nothing_in_common(self, tmp_path: Path) -> None:
        named = set()
        for settings in (
            Settings(data_dir=tmp_path, port=8000),
            Settings(data_dir=tmp_path, port=8001),
            Settings(data_dir=tmp_path / "other", port=8000),
        ):
            common.announce(settings)
            named.add(common.common_folder())
        assert len(named) == 3

    def test_where_the_memory_takes_none_it_is_among_the_temporary_files(
        self, tmp_path: Path
    ) -> None:
        common.announce(Settings(data_dir=tmp_path))
        (tmp_path / "memory").rmdir()
        with common.in_common():
            folder = common.common_folder()
            assert folder is not None
            assert folder.is_dir()
            assert os.environ["PROMETHEUS_MULTIPROC_DIR"] == str(folder)
        assert not folder.exists()


class TestSightings:
    def test_who_looks_later_tells_what_was_seen_first(self, tmp_path: Path) -> None:
        one, other = Sightings(tmp_path), Sightings(tmp_path)
        assert one.dated({"mail": "ok", "disk": "ok"}, NOON) == {"mail": NOON, "disk": NOON}
        assert other.dated({"mail": "away", "disk": "ok"}, LATER) == {"mail": LATER, "disk": NOON}
        assert one.dated({"mail": "away", "disk": "ok"}, LATER + timedelta(1))["mail"] == LATER

    @pytest.mark.parametrize("is_there", [True, False])
    def test_without_a_folder_or_room_in_it_each_remembers_for_itself(
        self, tmp_path: Path, *, is_there: bool
    ) -> None:
        seen = Sightings(tmp_path / "gone" if is_there else None)
        assert seen.dated({"mail": "ok"}, NOON) == {"mail": NOON}
        assert seen.dated({"mail": "ok"}, LATER) == {"mail": NOON}

    def test_a_file_that_cannot_be_read_is_written_anew(self, tmp_path: Path) -> None:
        (tmp_path / "sightings.json").write_text("{")
        seen = Sightings(tmp_path)
        assert seen.dated({"mail": "ok"}, NOON) == {"mail": NOON}
        assert Sightings(tmp_path).dated({"mail": "ok"}, LATER) == {"mail": NOON}
