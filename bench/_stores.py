"""The two kinds of store that an installation may have, each ready to be served from."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from minio import Minio
from pydantic import SecretStr

from api.demo.seaweed import Seaweed
from bench._serving import settings_of
from docstore.settings import Settings

NAMES = ("files", "SeaweedFS")


@contextmanager
def stored(folder: Path, name: str) -> Iterator[Settings]:
    """Give the settings of a new installation whose bytes are kept as the name says."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = settings_of(folder / "data")
    if name == "files":
        yield settings
        return
    with Seaweed(folder / "s3") as server:
        yield settings.model_copy(
            update={
                "object_store_url": server.url("papers"),
                "s3_access_key": SecretStr(server.access_key),
                "s3_secret_key": SecretStr(server.secret_key),
            }
        )


def bare_client(settings: Settings) -> tuple[Minio, str]:
    """Return the SDK alone before the same server, and a bucket of its own."""
    assert settings.s3_access_key
    assert settings.s3_secret_key
    endpoint = settings.object_store_url.partition("://")[2].partition("/")[0]
    client = Minio(
        endpoint,
        access_key=settings.s3_access_key.get_secret_value(),
        secret_key=settings.s3_secret_key.get_secret_value(),
        secure=False,
        region="us-east-1",
    )
    client.make_bucket("bare")
    return client, "bare"
