"""A large upload, in small: the server's memory does not grow with it, and others go on writing.

bench/uploads.py does it with 1 GB and looks at the clock.
"""

from collections.abc import Callable, Iterator

import pytest

from bench._serving import settings_of
from bench.uploads import SMALL, Desk, at_desk, interface, loaded, page

_MB = 1 << 20
SIZE = 200 * _MB


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("big")
    with at_desk(settings_of(folder / "data")) as desk:
        yield desk


@pytest.mark.parametrize("upload", [interface, page])
def test_memory_does_not_grow_with_the_file(
    desk: Desk, upload: Callable[[Desk, int], None]
) -> None:
    load = loaded(desk, upload, SIZE)
    assert load.more < 100 * _MB
    assert len(load.small) >= SMALL
    assert list((desk.installation.settings.spool_dir).glob("upload-*")) == []
