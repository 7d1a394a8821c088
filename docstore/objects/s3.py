"""Objects in an S3-compatible store: the only home of the minio SDK."""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from typing import BinaryIO, cast

import urllib3
from minio import Minio
from minio.error import InvalidResponseError, MinioException, S3Error, ServerError
from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError

from docstore.errors import ObjectNotFound, StorageFull, StorageUnavailable
from docstore.objects.seam import ObjectStat, check_key
from docstore.objects.streams import ExactSource, FinalFile, check_slice, slice_reader

_PART = 8 << 20  # bytes of a file held in memory at once
# Parts of a final file on their way at once; one more is read meanwhile. The SDK leaves the threads
# that send them behind where a source fails: rare for a file of our own, and not for others.
_AT_ONCE = 2
_CONNECTIONS = 64  # kept open; more threads than that open their own for a while
# Seconds: a dead store is told at once, a hung one before the person gives up.
_TIMEOUT = urllib3.Timeout(connect=3, read=20)
# One retry for a connection that the other side closed while it lay idle; no waiting for a 5xx.
_RETRIES = urllib3.Retry(total=1, redirect=0, status=0, backoff_factor=0.1, raise_on_status=False)

_CODE = re.compile(r"<Code>(\w+)</Code>")
# The store answers, but not to us: its address, our key or the bucket is wrong.
_NOT_FOR_US = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "NoSuchBucket"}
_ALREADY_OURS = {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}


class S3ObjectStore:
    """Keeps objects in one bucket of a store that speaks S3."""

    def __init__(
        self,
        *,
        endpoint: str,
        bucket: str,
        access_key: str | None,
        secret_key: str | None,
        secure: bool = True,
        region: str = "us-east-1",
    ) -> None:
        self._bucket = bucket
        self._region = region
        self._is_made = False
        self._client = Minio(
            endpoint,
            access_key=access_key,
            secret_key=secret_key,
            secure=secure,
            region=region,  # given, or each client would first ask where the bucket is
            http_client=urllib3.PoolManager(
                timeout=_TIMEOUT, retries=_RETRIES, maxsize=_CONNECTIONS, cert_reqs="CERT_REQUIRED"
            ),
        )

    def put(self, key: str, source: BinaryIO, *, size: int) -> None:
        """Store the bytes unless an object of this size is there."""
        try:
            if self.stat(key).size == size:
                return
        except ObjectNotFound:
            pass
        self.replace(key, source, size=size)

    def replace(self, key: str, source: BinaryIO, *, size: int) -> None:
        """Store the bytes whatever is there, part after part when they are many."""
        check_key(key)
        self._make_bucket_once()
        exact = cast("BinaryIO", ExactSource(source, size=size))
        at_once = _AT_ONCE if isinstance(source, FinalFile) else 1
        with _translated(key):
            self._client.put_object(
                self._bucket, key, exact, size, part_size=_PART, num_parallel_uploads=at_once
            )

    @contextmanager
    def open(self, key: str, *, offset: int = 0, length: int | None = None) -> Iterator[BinaryIO]:
        """Open a slice of an object; reading holds one connection until it is closed."""
        check_slice(offset, length)
        check_key(key)
        response = self._get(key, offset, length)
        if response is None:
            yield io.BytesIO()
            return
        try:
            read = _translating(response, key)
            if response.status == HTTPStatus.OK:  # some servers answer a range with everything
                _skip(read, offset)
            with slice_reader(read, length=length) as stream:
                yield stream
        finally:
            response.close()
            response.release_conn()

    def stat(self, key: str) -> ObjectStat:
        """Return the size of an object."""
        with _translated(check_key(key)):
            found = self._client.stat_object(self._bucket, key)
        return ObjectStat(size=int(found.size or 0))

    def remove(self, key: str) -> None:
        """Remove an object."""
        with _translated(check_key(key)):
            self._client.remove_object(self._bucket, key)

    def list_keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys that start with `prefix`, a thousand to a request."""
        self._make_bucket_once()
        with _translated(prefix):
            for found in self._client.list_objects(self._bucket, prefix, recursive=True):
                yield str(found.object_name)

    def tidy(self, *, before: datetime) -> None:
        """Give up uploads of many parts that were begun before a moment and never ended.

        The SDK does both for itself and has no public words for it.
        """
        self._make_bucket_once()
        with _translated(""):
            found = self._client._list_multipart_uploads(self._bucket)  # noqa: SLF001 - see above
            for each in found.uploads:
                begun, number = each.initiated_time, each.upload_id
                if begun is not None and begun < before and number is not None:
                    self._client._abort_multipart_upload(  # noqa: SLF001 - see above
                        self._bucket, each.object_name, number
                    )

    def ping(self) -> None:
        """Return when the bucket answers, and make it where it is missing and we may."""
        with _translated(""):
            if self._client.bucket_exists(self._bucket):
                return
            try:
                self._client.make_bucket(self._bucket, self._region)
            except S3Error as error:
                if error.code not in _ALREADY_OURS:  # another process was quicker
                    raise

    def _make_bucket_once(self) -> None:
        if not self._is_made:
            self.ping()
            self._is_made = True

    def _get(self, key: str, offset: int, length: int | None) -> BaseHTTPResponse | None:
        """Ask for a slice; None stands for an empty one, for which HTTP has no words."""
        if length == 0:
            self.stat(key)
            return None
        try:
            with _translated(key):
                return self._client.get_object(self._bucket, key, offset, length or 0)
        except MinioException as error:
            if _status_and_code(error)[0] != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                raise
            return None


def _skip(read: Callable[[int], bytes], size: int) -> None:
    while size and (data := read(min(size, _PART))):
        size -= len(data)


def _translating(response: BaseHTTPResponse, key: str) -> Callable[[int], bytes]:
    def read(size: int) -> bytes:
        with _translated(key):
            return response.read(size)

    return read


@contextmanager
def _translated(key: str) -> Iterator[None]:
    """Turn what is known of the SDK's errors into ours."""
    try:
        yield
    except (HTTPError, OSError) as error:
        raise StorageUnavailable from error
    except MinioException as error:
        status, code = _status_and_code(error)
        if code == "NoSuchKey":
            raise ObjectNotFound(key=key) from error
        if status == HTTPStatus.INSUFFICIENT_STORAGE:
            raise StorageFull from error
        if (
            status >= HTTPStatus.INTERNAL_SERVER_ERROR
            or status == HTTPStatus.TOO_MANY_REQUESTS
            or code in _NOT_FOR_US
        ):
            raise StorageUnavailable from error
        raise


def _status_and_code(error: MinioException) -> tuple[int, str]:
    """Return the HTTP status and the S3 code of an error, 0 and "" where it has none."""
    if isinstance(error, S3Error):
        return error.response.status, error.code or ""
    if isinstance(error, ServerError):
        return error.status_code, ""
    if isinstance(error, InvalidResponseError):
        # Some servers, and proxies before them, do not call their XML `application/xml`.
        code = _CODE.search(error._body or "")  # noqa: SLF001 - the SDK keeps the answer nowhere else
        return error._code, code[1] if code else ""  # noqa: SLF001 - the same
    return 0, ""
