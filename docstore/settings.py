"""Every setting of an installation: read once, frozen, passed down; see docs/settings.md."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def _secrets_folders() -> list[Path]:
    """Return where secrets are files: a container's folder, and a systemd unit's credentials."""
    places = [Path("/run/secrets")]
    if given := os.environ.get("CREDENTIALS_DIRECTORY"):
        places.append(Path(given))
    return [place for place in places if place.is_dir()]


class Settings(BaseSettings):
    """What an installation is made of; a backend is chosen by the scheme of its URL.

    Secrets have settings of their own, or files of the same name in `/run/secrets` or in a systemd
    unit's `$CREDENTIALS_DIRECTORY`, so that no URL that reaches a log ever holds one.
    """

    model_config = SettingsConfigDict(
        env_prefix="TECZKA_",
        frozen=True,
        extra="ignore",
        secrets_dir=_secrets_folders() or None,
    )

    data_dir: Path = Path("data")
    """The folder that holds everything in the embedded shape: record, objects, index, spool."""
    database_url: str = "sqlite:///{data_dir}/record.sqlite3"
    """The record; `{data_dir}` stands for the data folder."""
    database_password: SecretStr | None = None
    """The password of `database_url`, kept out of it."""
    object_store_url: str = "file:{data_dir}/objects"
    """Where the bytes are: `file:` and a folder, or `s3+https://host:port/bucket`."""
    s3_access_key: SecretStr | None = None
    """The access key of an S3 store."""
    s3_secret_key: SecretStr | None = None
    """The secret key of an S3 store."""
    search_url: str = "tantivy:"
    """The search engine: `tantivy:` or `whoosh:`, in the data folder."""
    smtp_url: str = ""
    """The mail server: `smtp://user@host:587`, `smtps://`, or empty: notices wait."""
    smtp_password: SecretStr | None = None
    """The password of `smtp_url`, kept out of it."""
    mail_from: str = "teczka@localhost"
    """The sender's address of every notice."""
    public_url: str = "http://127.0.0.1:8000"
    """The address that links are built from, never the Host header."""
    trusted_proxies: str = ""
    """Comma-separated addresses or networks whose X-Forwarded-For is believed."""
    host: str = "127.0.0.1"
    """The address `teczka serve` listens on."""
    port: int = Field(default=8000, ge=0, le=65535)
    """The port `teczka serve` listens on."""
    processes: int = Field(default=2, ge=1, le=16)
    """Processes of `teczka serve` that answer requests; more than processors are of no use."""
    workers: int = Field(default=1, ge=0, le=16)
    """Worker threads of `teczka serve` for each lane; 0 when `teczka worker` runs beside it."""
    max_upload_mb: int = Field(default=1024, ge=1)
    """The largest file that may be uploaded, in MiB."""
    min_free_mb: int = Field(default=512, ge=0)
    """New files are refused below this much free space on a disk, in MiB."""
    libreoffice: str = "auto"
    """The LibreOffice program, `auto` to look for it, `none` to go without."""
    tesseract: Literal["auto", "none"] = "auto"
    """Whether the words on scanned pages are recognised: `auto` where Tesseract is installed."""
    log_format: Literal["console", "json"] = "console"
    """How the log is written."""

    def resolved(self, url: str) -> str:
        """Return a URL with `{data_dir}` filled in by the absolute data folder."""
        return url.replace("{data_dir}", str(self.data_dir.resolve()))

    @property
    def spool_dir(self) -> Path:
        """Return the folder where uploads wait until they are stored."""
        return self.data_dir / "spool"
