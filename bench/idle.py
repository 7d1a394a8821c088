"""`teczka serve` at rest: memory of its processes and the time to its first page.

The floor is a bare Granian with a FastAPI that says hello, in the same run.
"""

import tempfile
import time
from pathlib import Path

from bench._serving import bare, family, prepared, served

_HELLO = """
from fastapi import FastAPI
app = FastAPI()
@app.get("/")
def hello() -> str:
    return "hello"
"""


def pss(pid: int) -> float:
    """Return the proportional memory of a process and its children, in MB."""
    rollups = (Path(f"/proc/{each}/smaps_rollup").read_text() for each in family(pid))
    lines = (line for rollup in rollups for line in rollup.splitlines())
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def hello(folder: Path) -> tuple[float, float]:
    """Measure the floor: seconds to the first page, and memory."""
    with bare(folder, _HELLO) as (_, process, first):
        time.sleep(2)
        return first, pss(process.pid)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        floor_first, floor_memory = hello(folder)
        installation = prepared(folder / "data")
        with served(installation.settings) as (process, first):
            time.sleep(5)  # at rest
            memory = pss(process.pid)
    print("idle                          teczka serve   bare granian + FastAPI")
    print(f"first page, seconds           {first:12.2f}   {floor_first:22.2f}")
    print(f"memory (PSS), MB              {memory:12.0f}   {floor_memory:22.0f}")


if __name__ == "__main__":
    main()
