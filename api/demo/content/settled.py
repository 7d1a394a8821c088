"""Packs an office file anew, so that the same paper is the same bytes at every making."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

# The earliest moment that a ZIP can hold.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MIMETYPE = "mimetype"


def settled(data: bytes) -> bytes:
    """Return the archive with every time set to one moment; ODF's mimetype stays unpacked."""
    target = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(target, "w") as packed:
        for entry in source.infolist():
            info = ZipInfo(entry.filename, date_time=_EPOCH)
            info.compress_type = ZIP_STORED if entry.filename == _MIMETYPE else ZIP_DEFLATED
            packed.writestr(info, source.read(entry))
    return target.getvalue()
