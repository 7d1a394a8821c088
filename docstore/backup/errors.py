"""What taking, checking and restoring a backup may refuse; sentences are in `api/errors.py`."""

from docstore.errors import DocstoreError


class NotABackup(DocstoreError):
    """The folder holds no backup, or no snapshot of that name."""

    code = "not_a_backup"


class BackupFolderTaken(DocstoreError):
    """The folder holds something else; nothing was written into it."""

    code = "backup_folder_taken"


class BackupBusy(DocstoreError):
    """Another backup, check or restore works in the folder."""

    code = "backup_busy"


class BackupNotWritten(DocstoreError):
    """The folder does not take the bytes, `reason` says why; earlier snapshots are whole."""

    code = "backup_not_written"


class SnapshotDamaged(DocstoreError):
    """`file` of the snapshot is not what its manifest says; nothing was restored from it."""

    code = "snapshot_damaged"


class SnapshotTooNew(DocstoreError):
    """The snapshot's schema is not known here: `version` of Teczka made it."""

    code = "snapshot_too_new"


class RecordNotEmpty(DocstoreError):
    """There is a council in the record: a restore never overwrites one."""

    code = "record_not_empty"


class StoreNotEmpty(DocstoreError):
    """The object store holds objects of another installation."""

    code = "store_not_empty"


class RowsRefused(DocstoreError):
    """The database does not take the rows of `table`; nothing was restored."""

    code = "rows_refused"


class RestoreDiffers(DocstoreError):
    """What was written is not what the snapshot holds, in `table`; nothing was restored."""

    code = "restore_differs"
