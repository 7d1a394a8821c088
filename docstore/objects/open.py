"""Picks the object store that a URL names."""

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from docstore.objects.filesystem import FilesystemObjectStore
from docstore.objects.memory import MemoryObjectStore
from docstore.objects.seam import ObjectStore


def open_object_store(url: str, *, access_key: str | None, secret_key: str | None) -> ObjectStore:
    """Return the store of a URL; raise `ValueError` for one that names none.

    `file:///srv/teczka/objects` is a folder; `s3+https://host[:port]/bucket` an S3 store, and
    `s3+http://host[:port]/bucket` one without TLS, both with `?region=` where the store has any;
    `memory:` forgets everything at the end. Keys are settings of their own, since URLs reach logs.
    """
    parts = urlsplit(url)
    match parts.scheme:
        case "file":
            path = Path(unquote(parts.path))
            if parts.netloc or not path.is_absolute():
                raise ValueError(f"a folder of objects is written file:///its/full/path, not {url}")
            return FilesystemObjectStore(path)
        case "s3+https" | "s3+http":
            bucket = parts.path.strip("/")
            if "@" in parts.netloc:
                raise ValueError(
                    "keys of an object store are settings of their own, not in its URL"
                )
            if not parts.netloc or not bucket or "/" in bucket:
                raise ValueError(f"an S3 store is written {parts.scheme}://host/bucket, not {url}")
            # The SDK takes a third of a second and 12 MB that an installation on files never needs.
            from docstore.objects.s3 import S3ObjectStore  # noqa: PLC0415 - as above

            return S3ObjectStore(
                endpoint=parts.netloc,
                bucket=bucket,
                access_key=access_key,
                secret_key=secret_key,
                secure=parts.scheme == "s3+https",
                region=parse_qs(parts.query).get("region", ["us-east-1"])[0],
            )
        case "memory":
            return MemoryObjectStore()
    raise ValueError(
        f"an object store is file:, s3+https:, s3+http: or memory:, not {parts.scheme!r}"
    )
