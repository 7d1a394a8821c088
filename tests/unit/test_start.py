"""What a start leaves out and keeps: collections while loading, templates that were compiled."""

import ctypes
import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from api.compiled import CompiledTemplates
from api.loading import loading

ROOT = Path(__file__).parents[2]


class TestLoading:
    @pytest.fixture(autouse=True)
    def _as_before(self) -> Iterator[None]:
        threshold = gc.get_threshold()
        yield
        gc.unfreeze()
        gc.set_threshold(*threshold)
        gc.enable()

    def test_nothing_is_collected_within_and_what_came_is_left_alone_afterwards(self) -> None:
        before = gc.get_freeze_count()
        with loading():
            assert not gc.isenabled()
            kept = [[number] for number in range(1_000)]
        assert gc.isenabled()
        assert gc.get_freeze_count() >= before + len(kept)

    def test_garbage_is_collected_again_after_a_start_that_failed(self) -> None:
        with pytest.raises(ZeroDivisionError), loading():
            raise ZeroDivisionError
        assert gc.isenabled()


def _environment(package: Path, text: str = "Witaj, {{ who }}!") -> Environment:
    return Environment(
        loader=DictLoader({"page.html": text}),
        bytecode_cache=CompiledTemplates(package),
        autoescape=True,
    )


def _shown(package: Path, text: str = "Witaj, {{ who }}!") -> str:
    return _environment(package, text).get_template("page.html").render(who="Ewo")


class TestCompiledTemplates:
    @pytest.fixture(autouse=True)
    def _may_write(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "dont_write_bytecode", False)

    def _kept(self, package: Path) -> list[Path]:
        return list((package / "__pycache__" / "templates").glob("*"))

    def test_a_template_is_compiled_once(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert _shown(tmp_path) == "Witaj, Ewo!"
        assert len(self._kept(tmp_path)) == 1
        monkeypatch.setattr(Environment, "compile", None)
        assert _shown(tmp_path) == "Witaj, Ewo!"

    def test_a_template_that_changed_is_compiled_anew(self, tmp_path: Path) -> None:
        _shown(tmp_path)
        assert _shown(tmp_path, "Żegnaj, {{ who }}!") == "Żegnaj, Ewo!"

    def test_what_was_kept_damaged_is_compiled_anew(self, tmp_path: Path) -> None:
        _shown(tmp_path)
        (kept,) = self._kept(tmp_path)
        kept.write_bytes(kept.read_bytes()[:20])
        assert _shown(tmp_path) == "Witaj, Ewo!"

    def test_a_folder_that_cannot_be_written_stops_no_page(self, tmp_path: Path) -> None:
        (tmp_path / "__pycache__").write_text("a file where the folder would be")
        assert _shown(tmp_path) == "Witaj, Ewo!"

    def test_nothing_is_written_where_python_writes_no_bytecode(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "dont_write_bytecode", True)
        assert _shown(tmp_path) == "Witaj, Ewo!"
        assert self._kept(tmp_path) == []


_HEAPS = """
import ctypes, sys, threading
from pathlib import Path
from api.arenas import give_memory_back

if sys.argv[1] == "few":
    give_memory_back()
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fopen.restype = ctypes.c_void_p
together = threading.Barrier(12)

def allocate():
    together.wait()
    libc.malloc(1000)
    together.wait()

threads = [threading.Thread(target=allocate) for _ in range(12)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
told = ctypes.c_void_p(libc.fopen(sys.argv[2].encode(), b"w"))
libc.malloc_info(0, told)
libc.fclose(told)
print(Path(sys.argv[2]).read_text().count("<heap nr="))
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="glibc alone has arenas")
def test_threads_share_few_heaps(tmp_path: Path) -> None:
    def heaps(how: str) -> int:
        command = [sys.executable, "-c", _HEAPS, how, str(tmp_path / how)]
        return int(subprocess.check_output(command, cwd=ROOT, text=True))

    assert heaps("few") <= 2
    assert heaps("many") > 2, "the check cannot fail"


_LARGE = """
import ctypes, sys
from api.arenas import give_memory_back

class Told(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in (
        "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks",
        "fordblks", "keepcost")]

if sys.argv[1] == "apart":
    give_memory_back()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.mallinfo2.restype = ctypes.c_void_p, Told
libc.free(ctypes.c_void_p(libc.malloc(8 << 20)))
before = libc.mallinfo2().hblks
libc.malloc(4 << 20)
print(libc.mallinfo2().hblks - before)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="glibc alone tells it")
def test_a_large_block_lies_in_no_heap_though_a_larger_one_was_freed() -> None:
    def apart(how: str) -> int:
        command = [sys.executable, "-c", _LARGE, how]
        return int(subprocess.check_output(command, cwd=ROOT, text=True))

    assert apart("apart") == 1
    assert apart("as glibc does") == 0
