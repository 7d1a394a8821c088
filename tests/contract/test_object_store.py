"""Every object store keeps the contract of `docstore.objects.seam.ObjectStore`."""

import errno
import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any, BinaryIO, NoReturn, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from api.demo.seaweed import free_ports
from docstore.errors import ObjectNotFound, StorageFull, StorageUnavailable
from docstore.objects.filesystem import FilesystemObjectStore
from docstore.objects.memory import MemoryObjectStore
from docstore.objects.open import open_object_store
from docstore.objects.s3 import S3ObjectStore
from docstore.objects.seam import ObjectStore, object_key
from docstore.objects.streams import FinalFile
from tests.servers import S3Server

NOW = datetime.now(UTC)
MANY_PARTS = bytes(range(256)) * (20 * 4096)  # 20 MiB: three parts of an S3 upload
REUSED = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)


@pytest.fixture(params=["memory", "filesystem", pytest.param("s3", marks=pytest.mark.server)])
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], ObjectStore]:
    """Return a function that opens the same named store again and again."""
    if request.param == "s3":
        server: S3Server = request.getfixturevalue("s3_server")
        bucket: str = request.getfixturevalue("s3_bucket")
        return lambda _name: server.open(bucket)
    if request.param == "filesystem":
        return lambda name: FilesystemObjectStore(tmp_path / name)
    made: dict[str, MemoryObjectStore] = {}
    return lambda name: made.setdefault(name, MemoryObjectStore())


@pytest.fixture
def store(make_store: Callable[[str], ObjectStore]) -> ObjectStore:
    return make_store("store")


def key_of(data: bytes, *, body: object = 1) -> str:
    return object_key(body, sha256(data).hexdigest())


def put(store: ObjectStore, data: bytes, *, key: str | None = None) -> str:
    key = key or key_of(data)
    store.put(key, io.BytesIO(data), size=len(data))
    return key


def put_final(store: ObjectStore, path: Path, *, size: int | None = None) -> str:
    data = path.read_bytes()
    key = key_of(data)
    with FinalFile(path) as source:
        final = cast("BinaryIO", source)
        store.put(key, final, size=len(data) if size is None else size)
    return key


def get(store: ObjectStore, key: str, *, offset: int = 0, length: int | None = None) -> bytes:
    with store.open(key, offset=offset, length=length) as stream:
        return stream.read()


class Endless(io.RawIOBase):
    """A source that gives bytes until `fails_after`, then fails as a broken upload does."""

    def __init__(self, *, fails_after: int) -> None:
        super().__init__()
        self.left = fails_after

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self.left:
            raise RuntimeError("the upload broke off")
        size = min(len(buffer), self.left, 65_536)
        buffer[:size] = b"x" * size
        self.left -= size
        return size


class TestPut:
    @pytest.mark.parametrize("data", [b"", b"x", b"za\xc5\xbc\xc3\xb3\xc5\x82\xc4\x87", MANY_PARTS])
    def test_what_was_put_is_read_back(self, store: ObjectStore, data: bytes) -> None:
        key = put(store, data)
        assert get(store, key) == data
        assert store.stat(key).size == len(data)

    def test_a_second_put_of_the_same_size_changes_nothing(self, store: ObjectStore) -> None:
        key = put(store, b"first")
        put(store, b"other", key=key)
        assert get(store, key) == b"first"

    def test_a_second_put_does_not_read_its_source(self, store: ObjectStore) -> None:
        key = put(store, b"first")
        never: Any = Endless(fails_after=0)
        store.put(key, never, size=5)

    def test_an_object_cut_short_is_written_anew(self, store: ObjectStore) -> None:
        key = key_of(b"the whole of it")
        store.replace(key, io.BytesIO(b"the wh"), size=6)
        put(store, b"the whole of it", key=key)
        assert get(store, key) == b"the whole of it"

    def test_replace_writes_over_an_object_of_the_same_size(self, store: ObjectStore) -> None:
        key = put(store, b"damage")
        store.replace(key, io.BytesIO(b"mended"), size=6)
        assert get(store, key) == b"mended"

    def test_replace_writes_where_nothing_is(self, store: ObjectStore) -> None:
        key = key_of(b"new")
        store.replace(key, io.BytesIO(b"new"), size=3)
        assert get(store, key) == b"new"

    @pytest.mark.parametrize("size", [0, 3, 5, 9_000_000])
    def test_a_source_of_another_size_stores_nothing(self, store: ObjectStore, size: int) -> None:
        with pytest.raises(ValueError, match="the source"):
            store.put(key_of(b"four"), io.BytesIO(b"four"), size=size)
        assert list(store.list_keys("")) == []

    def test_a_source_too_long_for_its_last_part_stores_nothing(self, store: ObjectStore) -> None:
        key = key_of(MANY_PARTS)
        with pytest.raises(ValueError, match="longer"):
            store.put(key, io.BytesIO(MANY_PARTS), size=len(MANY_PARTS) - 1)
        with pytest.raises(ObjectNotFound):
            store.stat(key)

    @pytest.mark.parametrize("fails_after", [0, 100_000, 10_000_000])
    def test_a_source_that_breaks_off_stores_nothing(
        self, store: ObjectStore, fails_after: int
    ) -> None:
        key = key_of(b"whatever")
        source: Any = Endless(fails_after=fails_after)
        threads = threading.active_count()
        with pytest.raises(RuntimeError, match="broke off"):
            store.put(key, source, size=20_000_000)
        assert threading.active_count() == threads
        with pytest.raises(ObjectNotFound):
            store.stat(key)
        assert list(store.list_keys("")) == []

    def test_a_source_that_reads_little_by_little_is_stored_whole(self, store: ObjectStore) -> None:
        key = key_of(b"little")
        reader, writer = os.pipe()
        with os.fdopen(reader, "rb", buffering=0) as little, ThreadPoolExecutor(1) as pool:

            def drip() -> None:
                with os.fdopen(writer, "wb", buffering=0) as sink:
                    for _ in range(5):
                        sink.write(b"x" * 20_000)

            pool.submit(drip)
            store.put(key, little, size=100_000)
        assert get(store, key) == b"x" * 100_000

    def test_a_final_file_outlives_its_name(self, store: ObjectStore, tmp_path: Path) -> None:
        """A store may keep a file that nobody writes to any more instead of a copy."""
        upload = tmp_path / "upload"
        upload.write_bytes(MANY_PARTS)
        key = put_final(store, upload)
        put_final(store, upload)
        upload.unlink()
        assert get(store, key) == MANY_PARTS

    @pytest.mark.parametrize("size", [3, 5])
    def test_a_final_file_of_another_size_stores_nothing(
        self, store: ObjectStore, tmp_path: Path, size: int
    ) -> None:
        upload = tmp_path / "upload"
        upload.write_bytes(b"four")
        with pytest.raises(ValueError, match="the source"):
            put_final(store, upload, size=size)
        assert list(store.list_keys("")) == []

    def test_many_puts_of_one_key_at_once_store_it_once(self, store: ObjectStore) -> None:
        data = b"papers" * 50_000
        with ThreadPoolExecutor(8) as pool:
            keys = set(pool.map(lambda _: put(store, data), range(24)))
        assert list(store.list_keys("")) == list(keys)
        assert get(store, keys.pop()) == data

    def test_a_reader_sees_all_the_bytes_or_none(self, store: ObjectStore) -> None:
        key, seen = key_of(MANY_PARTS), set[int]()
        with ThreadPoolExecutor(1) as pool:
            writing = pool.submit(put, store, MANY_PARTS)
            while not writing.done():
                try:
                    seen.add(len(get(store, key, offset=len(MANY_PARTS) - 10)))
                except ObjectNotFound:
                    seen.add(-1)
            writing.result()
        assert seen <= {-1, 10}

    def test_two_bodies_keep_the_same_bytes_apart(self, store: ObjectStore) -> None:
        one, two = (put(store, b"same", key=key_of(b"same", body=body)) for body in (1, 2))
        store.remove(one)
        assert get(store, two) == b"same"


class TestOpen:
    @REUSED
    @given(data=st.data())
    def test_a_range_is_a_slice(self, store: ObjectStore, data: st.DataObject) -> None:
        content = data.draw(st.binary(max_size=300)) * data.draw(st.sampled_from([1, 2, 999]))
        offset = data.draw(st.integers(0, len(content) + 5))
        length = data.draw(st.none() | st.integers(0, len(content) + 5))
        end = None if length is None else offset + length
        key = put(store, content)
        assert get(store, key, offset=offset, length=length) == content[offset:end]

    def test_a_big_object_is_read_in_pieces_from_the_middle(self, store: ObjectStore) -> None:
        key = put(store, MANY_PARTS)
        with store.open(key, offset=9_000_001, length=3_000_000) as stream:
            pieces = iter(lambda: stream.read(70_001), b"")
            assert b"".join(pieces) == MANY_PARTS[9_000_001:12_000_001]

    def test_a_stream_cannot_seek(self, store: ObjectStore) -> None:
        """What needs to seek copies the object first, on every store."""
        with store.open(put(store, b"data")) as stream:
            assert not stream.seekable()
            assert stream.readable()

    def test_a_reader_that_stops_early_leaves_the_store_usable(self, store: ObjectStore) -> None:
        key = put(store, MANY_PARTS)
        for _ in range(3):
            with store.open(key) as stream:
                assert stream.read(10) == MANY_PARTS[:10]
        assert store.stat(key).size == len(MANY_PARTS)

    def test_lines_can_be_read(self, store: ObjectStore) -> None:
        with store.open(put(store, b"one\ntwo\n")) as stream:
            assert list(stream) == [b"one\n", b"two\n"]

    @pytest.mark.parametrize("length", [None, 0, 5])
    def test_an_unknown_key_is_not_found(self, store: ObjectStore, length: int | None) -> None:
        with pytest.raises(ObjectNotFound), store.open(key_of(b"unknown"), length=length):
            pass

    @pytest.mark.parametrize(("offset", "length"), [(-1, None), (0, -1)])
    def test_a_slice_from_the_end_is_refused(
        self, store: ObjectStore, offset: int, length: int | None
    ) -> None:
        key = put(store, b"data")
        with pytest.raises(ValueError, match="slice"):
            get(store, key, offset=offset, length=length)

    def test_many_readers_at_once_each_get_their_own_bytes(self, store: ObjectStore) -> None:
        contents = [bytes([number]) * 50_000 for number in range(12)]
        keys = [put(store, content) for content in contents]
        with ThreadPoolExecutor(12) as pool:
            assert list(pool.map(lambda key: get(store, key), keys)) == contents


class TestStatAndRemove:
    def test_an_unknown_key_has_no_size(self, store: ObjectStore) -> None:
        with pytest.raises(ObjectNotFound) as caught:
            store.stat(key_of(b"unknown"))
        assert caught.value.fields == {"key": key_of(b"unknown")}

    def test_what_was_removed_is_not_found(self, store: ObjectStore) -> None:
        key = put(store, b"gone")
        store.remove(key)
        with pytest.raises(ObjectNotFound):
            get(store, key)
        assert list(store.list_keys("")) == []

    def test_removing_what_is_not_there_does_nothing(self, store: ObjectStore) -> None:
        store.remove(key_of(b"never"))

    def test_what_was_removed_can_be_put_again(self, store: ObjectStore) -> None:
        key = put(store, b"again")
        store.remove(key)
        assert get(store, put(store, b"again")) == b"again"


class TestListKeys:
    def test_keys_of_one_body_come_in_order(self, store: ObjectStore) -> None:
        """S3 itself promises an order of all keys, SeaweedFS keeps one of folders."""
        bodies = ["1", "1-a", "10", "A"]
        keys = {
            body: [put(store, data, key=key_of(data, body=body)) for data in (b"a", b"b", b"c")]
            for body in bodies
        }
        for body in bodies:
            assert list(store.list_keys(f"{body}/")) == sorted(keys[body])
        assert sorted(store.list_keys("")) == sorted(chain.from_iterable(keys.values()))

    def test_a_prefix_picks_one_body(self, store: ObjectStore) -> None:
        put(store, b"x", key=key_of(b"x", body="10"))
        one = put(store, b"x", key=key_of(b"x", body="1"))
        assert list(store.list_keys("1/")) == [one]

    def test_a_prefix_may_end_anywhere(self, store: ObjectStore) -> None:
        key = put(store, b"x")
        assert [list(store.list_keys(key[:end])) for end in range(len(key) + 1)] == [[key]] * (
            len(key) + 1
        )
        assert list(store.list_keys(key + "0")) == []

    def test_more_keys_than_one_answer_holds_are_all_listed(self, store: ObjectStore) -> None:
        with ThreadPoolExecutor(8) as pool:
            keys = set(pool.map(lambda n: put(store, str(n).encode()), range(1_050)))
        assert list(store.list_keys("1/")) == sorted(keys)

    def test_an_empty_store_lists_nothing(self, store: ObjectStore) -> None:
        assert list(store.list_keys("1/")) == []


class TestKeys:
    @pytest.mark.parametrize(
        "key",
        [
            "",
            "x",
            "../../etc/passwd",
            "1/objects/ab/cd/" + "0" * 64,
            "1/objects/00/00/" + "0" * 63,
            "1/objects/00/00/" + "0" * 64 + "\n",
            "../objects/00/00/" + "0" * 64,
            "/1/objects/00/00/" + "0" * 64,
            "1/objects/AB/CD/ABCD" + "0" * 60,
        ],
    )
    def test_a_key_of_another_shape_is_refused_everywhere(
        self, store: ObjectStore, key: str
    ) -> None:
        verbs: list[Callable[[], object]] = [
            lambda: store.put(key, io.BytesIO(b"x"), size=1),
            lambda: store.replace(key, io.BytesIO(b"x"), size=1),
            lambda: get(store, key),
            lambda: get(store, key, length=0),
            lambda: store.stat(key),
            lambda: store.remove(key),
        ]
        for verb in verbs:
            with pytest.raises(ValueError, match="not a key"):
                verb()


class ComparedWithDict(RuleBasedStateMachine):
    """Whatever is done in whatever order, a store holds what a dictionary would."""

    store: ObjectStore  # set by the test, as Hypothesis makes the machine itself

    contents = st.sampled_from([b"", b"a", b"bb", b"ccc", b"d" * 70_000])
    bodies = st.sampled_from([1, 2])

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, bytes] = {}
        for key in list(self.store.list_keys("")):
            self.store.remove(key)

    @rule(data=contents, body=bodies)
    def put(self, data: bytes, body: int) -> None:
        key = key_of(data, body=body)
        put(self.store, data, key=key)
        held = self.model.get(key)
        self.model[key] = data if held is None or len(held) != len(data) else held

    @rule(data=contents, body=bodies, damage=contents)
    def replace(self, data: bytes, body: int, damage: bytes) -> None:
        key = key_of(data, body=body)
        self.store.replace(key, io.BytesIO(damage), size=len(damage))
        self.model[key] = damage

    @rule(data=contents, body=bodies)
    def remove(self, data: bytes, body: int) -> None:
        self.store.remove(key_of(data, body=body))
        self.model.pop(key_of(data, body=body), None)

    @rule(data=contents, body=bodies, offset=st.integers(0, 5), length=st.integers(0, 5))
    def read(self, data: bytes, body: int, offset: int, length: int) -> None:
        key = key_of(data, body=body)
        if key in self.model:
            expected = self.model[key][offset : offset + length]
            assert get(self.store, key, offset=offset, length=length) == expected
        else:
            with pytest.raises(ObjectNotFound):
                get(self.store, key, offset=offset, length=length)

    @rule(body=bodies)
    def list_one_body(self, body: int) -> None:
        mine = sorted(key for key in self.model if key.startswith(f"{body}/"))
        assert list(self.store.list_keys(f"{body}/")) == mine

    @invariant()
    def holds_what_the_dictionary_holds(self) -> None:
        keys = list(self.store.list_keys(""))
        assert {key: get(self.store, key) for key in keys} == self.model
        assert {key: self.store.stat(key).size for key in keys} == {
            key: len(data) for key, data in self.model.items()
        }


def test_a_store_behaves_as_a_dictionary(store: ObjectStore) -> None:
    machine: Any = type("OverThisStore", (ComparedWithDict,), {"store": store})
    run_state_machine_as_test(
        machine, settings=settings(REUSED, max_examples=15, stateful_step_count=15)
    )


class TestPing:
    def test_a_store_that_works_answers(self, store: ObjectStore) -> None:
        store.ping()

    def test_a_store_opened_again_has_what_was_put(
        self, make_store: Callable[[str], ObjectStore]
    ) -> None:
        key = put(make_store("kept"), b"kept")
        assert get(make_store("kept"), key) == b"kept"


def every_verb(store: ObjectStore) -> dict[str, Callable[[], object]]:
    """Return each verb of the seam, ready to be called on a store that fails."""
    key = key_of(b"data")
    return {
        "put": lambda: put(store, b"data"),
        "replace": lambda: store.replace(key, io.BytesIO(b"data"), size=4),
        "open": lambda: get(store, key),
        "stat": lambda: store.stat(key),
        "remove": lambda: store.remove(key),
        "list_keys": lambda: list(store.list_keys("")),
        "tidy": lambda: store.tidy(before=NOW),
        "ping": store.ping,
    }


VERBS = list(every_verb(MemoryObjectStore()))


class TestFilesystem:
    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        return tmp_path / "objects"

    @pytest.fixture
    def store(self, root: Path) -> FilesystemObjectStore:
        return FilesystemObjectStore(root)

    def test_a_put_that_was_killed_leaves_no_object(self, root: Path) -> None:
        """A process is killed inside its put, when half of the bytes are written."""
        store = FilesystemObjectStore(root)
        program = (
            "import sys; from pathlib import Path\n"
            "from docstore.objects.filesystem import FilesystemObjectStore\n"
            "store = FilesystemObjectStore(Path(sys.argv[1]))\n"
            "store.put(sys.argv[2], sys.stdin.buffer, size=8_000_000)"
        )
        key = key_of(b"killed")
        arguments = [sys.executable, "-c", program, str(root), key]
        with subprocess.Popen(arguments, stdin=subprocess.PIPE) as process:
            assert process.stdin is not None
            process.stdin.write(b"x" * 4_000_000)  # returns once most of it was taken
            process.stdin.flush()
            process.send_signal(signal.SIGKILL)
        assert len(list((root / ".incoming").iterdir())) == 1
        assert list(store.list_keys("")) == []
        with pytest.raises(ObjectNotFound):
            store.stat(key)
        assert get(store, put(store, b"later")) == b"later"

    def test_what_a_killed_put_left_is_tidied_away_once_it_is_old(
        self, store: FilesystemObjectStore, root: Path
    ) -> None:
        key = put(store, b"whole")
        old, new = (root / ".incoming" / name for name in ("old", "new"))
        for path in (old, new):
            path.write_bytes(b"half")
        os.utime(old, (0, 0))
        store.tidy(before=NOW - timedelta(days=1))
        assert not old.exists()
        assert new.exists()
        assert get(store, key) == b"whole"

    def test_a_put_that_failed_leaves_nothing_behind(
        self, store: FilesystemObjectStore, root: Path
    ) -> None:
        source: Any = Endless(fails_after=100)
        with pytest.raises(RuntimeError):
            store.put(key_of(b"x"), source, size=200)
        assert list((root / ".incoming").iterdir()) == []

    def test_a_final_file_is_linked_and_any_other_copied(
        self, store: FilesystemObjectStore, root: Path, tmp_path: Path
    ) -> None:
        """What may be written to again, as by a tool that is run once more, must not be ours."""
        final, other = tmp_path / "final", tmp_path / "other"
        final.write_bytes(b"final")
        other.write_bytes(b"other")
        assert (root / put_final(store, final)).samefile(final)
        with other.open("rb") as source:
            store.put(key_of(b"other"), source, size=5)
        assert not (root / key_of(b"other")).samefile(other)
        store.replace(key_of(b"final"), io.BytesIO(b"again"), size=5)
        assert final.read_bytes() == b"final"
        assert list((root / ".incoming").iterdir()) == []

    def test_a_final_file_of_another_disk_is_copied(
        self, store: FilesystemObjectStore, root: Path, tmp_path: Path
    ) -> None:
        with TemporaryDirectory(dir="/dev/shm") as elsewhere:
            final = Path(elsewhere) / "final"
            final.write_bytes(b"final")
            assert final.stat().st_dev != tmp_path.stat().st_dev
            path = root / put_final(store, final)
        assert path.read_bytes() == b"final"
        assert path.stat().st_mode & 0o077 == 0

    def test_bytes_and_names_are_on_disk_before_put_returns(
        self, store: FilesystemObjectStore, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A repeated put waits for the same: the first may not have come so far."""
        synced: list[Path] = []
        real = os.fsync

        def spy(handle: int) -> None:
            synced.append(Path(f"/proc/self/fd/{handle}").readlink())
            real(handle)

        monkeypatch.setattr(os, "fsync", spy)
        for _ in range(2):
            synced.clear()
            path = root / put(store, b"durable")
            assert synced[0].parent in {root / ".incoming", path.parent}
            assert synced[1:] == [root / folder for folder in path.relative_to(root).parents]

    def test_the_folder_of_all_objects_is_on_disk_before_anything_is_put(
        self, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        synced: list[Path] = []
        monkeypatch.setattr(
            os, "fsync", lambda handle: synced.append(Path(f"/proc/self/fd/{handle}").readlink())
        )
        for _ in range(2):
            FilesystemObjectStore(root)
        assert synced == [root.parent]

    def test_objects_are_for_their_owner_alone(
        self, store: FilesystemObjectStore, root: Path
    ) -> None:
        path = root / put(store, b"private")
        assert path.stat().st_mode & 0o077 == 0
        assert path.parent.stat().st_mode & 0o077 == 0

    @pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
    def test_a_full_disk_is_told(
        self, store: FilesystemObjectStore, code: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(_handle: int) -> NoReturn:
            raise OSError(code, os.strerror(code))

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(StorageFull):
            put(store, b"data")
        assert list(store.list_keys("")) == []

    @pytest.mark.parametrize("verb", VERBS)
    def test_a_disk_that_is_not_mounted_is_unavailable_and_has_lost_nothing(
        self, store: FilesystemObjectStore, root: Path, verb: str
    ) -> None:
        root.rename(root.with_name("elsewhere"))
        with pytest.raises(StorageUnavailable):
            every_verb(store)[verb]()
        assert not root.exists()


@pytest.mark.server
class TestS3:
    def test_a_missing_bucket_is_made_once_by_whoever_pings(
        self, s3_server: S3Server, s3_bucket: str
    ) -> None:
        with ThreadPoolExecutor(4) as pool:
            stores = list(pool.map(lambda _: s3_server.open(s3_bucket), range(4)))
        assert get(stores[0], put(stores[1], b"shared")) == b"shared"

    def test_what_a_killed_put_left_is_tidied_away_once_it_is_old(
        self, s3_server: S3Server, s3_bucket: str
    ) -> None:
        """A process is killed inside its put, when the first of three parts is stored."""
        store = s3_server.open(s3_bucket)
        key = put(store, b"whole")
        program = (
            "import io, os, signal, sys; from docstore.objects.open import open_object_store\n"
            "class Killed(io.BytesIO):\n"
            "    def read(self, size=-1):\n"
            "        if self.tell() > 9_000_000: os.kill(os.getpid(), signal.SIGKILL)\n"
            "        return super().read(size)\n"
            "store = open_object_store(sys.argv[1], access_key=sys.argv[2], "
            "secret_key=sys.argv[3])\n"
            "store.put(sys.argv[4], Killed(bytes(20_000_000)), size=20_000_000)"
        )
        keys = [s3_server.access_key, s3_server.secret_key, key_of(b"killed")]
        arguments = [sys.executable, "-c", program, s3_server.url(s3_bucket), *keys]
        assert subprocess.run(arguments, check=False).returncode == -signal.SIGKILL

        def begun() -> int:
            return len(store._client._list_multipart_uploads(s3_bucket).uploads)  # type: ignore[attr-defined]  # an S3 store's

        assert begun() == 1
        store.tidy(before=NOW - timedelta(days=1))
        assert begun() == 1
        store.tidy(before=datetime.now(UTC) + timedelta(minutes=1))
        assert begun() == 0
        assert get(store, key) == b"whole"

    def test_the_first_put_makes_the_bucket(self, s3_server: S3Server, s3_bucket: str) -> None:
        store = open_object_store(
            s3_server.url(s3_bucket),
            access_key=s3_server.access_key,
            secret_key=s3_server.secret_key,
        )
        assert get(store, put(store, b"first")) == b"first"

    @pytest.mark.parametrize("verb", VERBS)
    def test_a_wrong_key_is_unavailable(
        self, s3_server: S3Server, s3_bucket: str, verb: str
    ) -> None:
        url = s3_server.url(s3_bucket)
        store = open_object_store(url, access_key=s3_server.access_key, secret_key="wrong")
        with pytest.raises(StorageUnavailable):
            every_verb(store)[verb]()

    @pytest.mark.parametrize("verb", VERBS)
    def test_a_dead_server_is_unavailable(self, verb: str) -> None:
        (port,) = free_ports(1)
        store = open_object_store(
            f"s3+http://127.0.0.1:{port}/bucket", access_key="a", secret_key="b"
        )
        with pytest.raises(StorageUnavailable):
            every_verb(store)[verb]()


class Answering:
    """An HTTP server on loopback that gives one answer to everything."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer  # noqa: N815 - the names http.server calls

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> S3ObjectStore:
        Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        endpoint = f"127.0.0.1:{self.server.server_port}"
        return S3ObjectStore(
            endpoint=endpoint, bucket="bucket", access_key="a", secret_key="b", secure=False
        )

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def error_xml(code: str) -> bytes:
    return f"<?xml version='1.0'?><Error><Code>{code}</Code></Error>".encode()


class TestS3Answers:
    """What stores other than ours answer, and what it means."""

    @pytest.mark.parametrize("verb", VERBS)
    @pytest.mark.parametrize(
        ("status", "kind", "body"),
        [
            (503, "application/xml", error_xml("SlowDown")),
            (500, "application/xml", error_xml("InternalError")),
            (502, "text/html", b"<h1>Bad Gateway</h1>"),
            (503, "text/plain", b""),
            (429, "text/plain", b"slower"),
            (403, "application/xml", error_xml("AccessDenied")),
            (403, "text/xml", error_xml("InvalidAccessKeyId")),
        ],
    )
    def test_a_store_that_cannot_serve_us_is_unavailable(
        self, verb: str, status: int, kind: str, body: bytes
    ) -> None:
        with (
            Answering(status, {"Content-Type": kind}, body) as store,
            pytest.raises(StorageUnavailable),
        ):
            every_verb(store)[verb]()

    @pytest.mark.parametrize("kind", ["application/xml", "text/xml"])
    def test_a_missing_object_is_told_by_its_code_however_the_answer_is_labelled(
        self, kind: str
    ) -> None:
        with (
            Answering(404, {"Content-Type": kind}, error_xml("NoSuchKey")) as store,
            pytest.raises(ObjectNotFound),
        ):
            get(store, key_of(b"x"))

    def test_a_missing_bucket_is_no_missing_object(self) -> None:
        with (
            Answering(404, {"Content-Type": "application/xml"}, error_xml("NoSuchBucket")) as store,
            pytest.raises(StorageUnavailable),
        ):
            get(store, key_of(b"x"))

    def test_a_store_without_room_is_full(self) -> None:
        with (
            Answering(507, {"Content-Type": "application/xml"}, error_xml("Full")) as store,
            pytest.raises(StorageFull),
        ):
            store.replace(key_of(b"x"), io.BytesIO(b"x"), size=1)

    def test_an_error_that_nobody_knows_is_not_hidden(self) -> None:
        with (
            Answering(400, {"Content-Type": "application/xml"}, error_xml("NewKind")) as store,
            pytest.raises(Exception, match="NewKind") as caught,
        ):
            get(store, key_of(b"x"))
        assert type(caught.value).__module__.startswith("minio")

    def test_a_server_that_ignores_the_range_still_gives_the_slice(self) -> None:
        with Answering(200, {}, b"0123456789") as store:
            assert get(store, key_of(b"x"), offset=3, length=4) == b"3456"
            assert get(store, key_of(b"x"), offset=3) == b"3456789"
            assert get(store, key_of(b"x"), offset=30, length=4) == b""

    def test_an_answer_that_breaks_off_is_unavailable_and_not_a_short_object(self) -> None:
        headers = {"Content-Length": "100", "Connection": "close"}
        with Answering(200, headers, b"only these") as store, pytest.raises(StorageUnavailable):
            get(store, key_of(b"x"))


class TestOpenObjectStore:
    def open(self, url: str) -> ObjectStore:
        return open_object_store(url, access_key="a", secret_key="b")

    def test_a_file_address_is_a_folder(self, tmp_path: Path) -> None:
        folder = tmp_path / "z polską nazwą"
        assert isinstance(self.open(folder.as_uri()), FilesystemObjectStore)
        assert folder.is_dir()

    def test_memory_is_the_twin(self) -> None:
        assert isinstance(self.open("memory:"), MemoryObjectStore)

    @pytest.mark.parametrize(
        ("url", "address"),
        [
            ("s3+https://s3.example.pl/teczka", "https://s3.example.pl"),
            ("s3+http://127.0.0.1:8333/teczka?region=eu-1", "http://127.0.0.1:8333"),
        ],
    )
    def test_an_s3_address_is_a_bucket_by_tls_unless_it_says_http(
        self, url: str, address: str
    ) -> None:
        store = self.open(url)
        assert isinstance(store, S3ObjectStore)
        assert store._bucket == "teczka"
        assert store._client._base_url.host in address
        assert store._client._base_url.is_https == address.startswith("https")

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "objects",
            "ftp://host/objects",
            "file:objects",
            "file://host/objects",
            "s3://host/bucket",
            "s3+https://host",
            "s3+https:///bucket",
            "s3+https://host/bucket/folder",
            "s3+https://access:secret@host/bucket",
        ],
    )
    def test_an_address_that_names_no_store_is_refused_without_its_secrets(self, url: str) -> None:
        with pytest.raises(ValueError, match=r"written|settings|is file") as caught:
            self.open(url)
        assert "secret@" not in str(caught.value)


def test_an_object_key_names_body_and_bytes() -> None:
    digest = sha256(b"x").hexdigest()
    assert object_key(7, digest) == f"7/objects/{digest[:2]}/{digest[2:4]}/{digest}"
