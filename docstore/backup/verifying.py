"""Holding a folder of backups to its own word: manifests, lines, counts, and every object."""

from collections.abc import Iterator
from dataclasses import dataclass

from docstore.backup.copying import NOWHERE, copy_object
from docstore.backup.errors import SnapshotDamaged, SnapshotTooNew
from docstore.backup.folder import BackupFolder, Snapshot
from docstore.backup.manifest import read_lines
from docstore.backup.watching import Watcher


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a folder of backups that is not as it was written."""

    code: str
    """file or format (of a snapshot), lost (when it was taken already), or an object's reason."""
    name: str
    """The file, or the object's hash."""
    snapshots: tuple[str, ...]


def verify_snapshot(snapshot: Snapshot) -> None:
    """Read every file of a snapshot; raise `SnapshotDamaged` for the first that is wrong."""
    for table in snapshot.manifest.tables:
        for _ in read_lines(snapshot.path, table.lines):
            pass
    size = sum(size for _, _, size in snapshot.objects())
    if size != snapshot.manifest.objects.size:
        raise SnapshotDamaged(file=f"{snapshot.name}/{snapshot.manifest.objects.lines.file}")


def verify(folder: BackupFolder, watcher: Watcher) -> Iterator[Finding]:
    """Read everything in a folder once and yield what is wrong with it."""
    named: dict[tuple[str, str, int], list[str]] = {}
    lost: set[tuple[str, str]] = set()
    for snapshot in folder.snapshots():
        try:
            verify_snapshot(snapshot)
            for each in snapshot.objects():
                named.setdefault(each, []).append(snapshot.name)
            lost |= {(each.body_id, each.sha256) for each in snapshot.manifest.lost}
        except SnapshotDamaged as error:
            yield Finding("file", str(error.fields["file"]), (snapshot.name,))
        except SnapshotTooNew:
            yield Finding("format", snapshot.name, (snapshot.name,))
    watcher.begin("files", sum(size for _, _, size in named))
    for (body_id, sha256, size), snapshots in named.items():
        reason = copy_object(
            folder.store, NOWHERE, body_id=body_id, sha256=sha256, size=size, passed=watcher.advance
        )
        if reason == "missing" and (body_id, sha256) in lost:
            reason = "lost"  # as the backup said when it was taken
        if reason:
            yield Finding(reason, sha256, tuple(snapshots))
