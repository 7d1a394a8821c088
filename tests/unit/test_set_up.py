"""`bin/setup` on machines that lack something: what it says, and that the next try starts anew."""

import shutil
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "bin" / "setup"
# As Debian's python3 without python3-venv: an environment with a python and no pip, and an error.
_PYTHON = """#!/bin/sh
case "$*" in
*venv*) echo "$*" >> asked; mkdir -p .venv/bin; ln -sf /bin/true .venv/bin/python; exit 1 ;;
*version_info*) exit {old} ;;
*) echo "Python 3.9.2" ;;
esac
"""


def _try(root: Path, *, old: int = 0) -> subprocess.CompletedProcess[str]:
    (root / "bin").mkdir(exist_ok=True)
    shutil.copy(SCRIPT, root / "bin")
    python = root / "python3"
    python.write_text(_PYTHON.replace("{old}", str(old)))
    python.chmod(0o755)
    return subprocess.run(
        [root / "bin" / "setup"],
        env={"PATH": f"{root}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_venv_it_names_the_package_and_the_next_try_makes_the_environment(
    tmp_path: Path,
) -> None:
    for tries in (1, 2):
        answer = _try(tmp_path)
        assert answer.returncode == 1
        assert "apt install python3-venv" in answer.stderr
        assert len((tmp_path / "asked").read_text().splitlines()) == tries


def test_an_old_python_is_refused_by_name(tmp_path: Path) -> None:
    answer = _try(tmp_path, old=1)
    assert answer.returncode == 1
    assert "Python 3.11 or newer" in answer.stderr
    assert "Python 3.9.2" in answer.stderr
    assert not (tmp_path / "asked").exists()
