"""The folder of a site: settings, secret key, files, SQLite database. Only a PostgreSQL database lies outside it."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from crm_platform.errors import DoesNotExistError, ValidationError
from crm_platform.outbound.addresses import Network, networks
from crm_platform.privacy.keys import KeyRing

SETTINGS_FILE = "site.json"
KEY_FILE = "secret.key"
DATABASE_FILE = "site.db"
FILES_FOLDER = "files"
LOCAL = "http://localhost:8000"
"""Where `serve` puts a site that says nothing else."""

SCHEMA_VERSION = 1
"""Grows with every change of the engine's own tables; a newer site or backup is refused."""


@dataclass(frozen=True)
class SiteSettings:
    """What site.json holds. `database` is empty for the SQLite file in the folder, else a postgresql:// URL.

    `url` is the address that links in mail begin with; `outbound_allow` are the inside addresses and networks that
    webhooks may reach nevertheless.
    """

    name: str
    database: str = ""
    time_zone: str = "UTC"
    language: str = "en"
    hosts: list[str] = field(default_factory=list)
    url: str = ""
    outbound_allow: list[str] = field(default_factory=list)
    schema_version: int = SCHEMA_VERSION

    @property
    def address(self) -> str:
        """The address that links begin with: never what a request says, which may be forged."""
        return (self.url or (f"https://{self.hosts[0]}" if self.hosts else LOCAL)).rstrip("/")

    @property
    def open_networks(self) -> tuple[Network, ...]:
        """`outbound_allow`, read. Raises ValidationError for what is no address or network."""
        try:
            return networks(self.outbound_allow)
        except ValueError as error:
            raise ValidationError("outbound_allow of {file}: {reason}", file=SETTINGS_FILE, reason=str(error)) from None


@dataclass(frozen=True)
class SiteFolder:
    """Paths and files of one site."""

    path: Path

    @property
    def files(self) -> Path:
        return self.path / FILES_FOLDER

    @property
    def audit_heads(self) -> Path:
        """Heads of the audit log, written down every night (see privacy.heads)."""
        return self.path / "audit-heads.jsonl"

    @property
    def backups(self) -> Path:
        """Backups that are made before a change gives something up."""
        return self.path / "backups"

    @property
    def exists(self) -> bool:
        return (self.path / SETTINGS_FILE).is_file()

    def settings(self) -> SiteSettings:
        """Read site.json. Raises DoesNotExistError without it, ValidationError when it is damaged or newer."""
        path = self.path / SETTINGS_FILE
        if not path.is_file():
            raise DoesNotExistError(
                "{path} is no site. Make one with: crm-platform new-site {path}", path=str(self.path)
            )
        try:
            values: dict[str, Any] = orjson.loads(path.read_bytes())
            settings = SiteSettings(**values)
        except (orjson.JSONDecodeError, TypeError) as error:
            raise ValidationError("{path} is damaged: {reason}", path=str(path), reason=str(error)) from None
        if settings.schema_version > SCHEMA_VERSION:
            raise ValidationError(
                "The site {path} is of a newer version of crm-platform (schema {theirs}, this one knows {ours}). "
                "Upgrade crm-platform.",
                path=str(self.path),
                theirs=settings.schema_version,
                ours=SCHEMA_VERSION,
            )
        return settings

    def write_settings(self, settings: SiteSettings) -> None:
        """Replace site.json in one step."""
        self.path.mkdir(parents=True, exist_ok=True)
        target = self.path / SETTINGS_FILE
        temporary = target.with_suffix(".tmp")
        temporary.write_bytes(orjson.dumps(asdict(settings), option=orjson.OPT_INDENT_2))
        temporary.replace(target)

    def database_url(self, settings: SiteSettings) -> str:
        return settings.database or f"sqlite:///{self.path / DATABASE_FILE}"

    def make_key(self) -> None:
        """Write a new secret key, readable by its owner only."""
        path = self.path / KEY_FILE
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(Fernet.generate_key() + b"\n")

    def cipher(self) -> SiteCipher:
        """The cipher of the keys in secret.key: the first one encrypts, all decrypt (key rotation)."""
        return SiteCipher(MultiFernet([Fernet(key) for key in self._secrets()]))

    def seals(self) -> KeyRing:
        """What seals secret field values, under keys derived from those in secret.key."""
        return KeyRing.of(self._secrets())

    def add_key(self) -> None:
        """Put a new key in front of the others: it seals from now on, the others still open."""
        path = self.path / KEY_FILE
        keys = [Fernet.generate_key().decode(), *self._secrets()]
        temporary = path.with_suffix(".new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write("\n".join(keys) + "\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)

    def _secrets(self) -> list[str]:
        try:
            return (self.path / KEY_FILE).read_text("ascii").split()
        except FileNotFoundError:
            raise ValidationError(
                "The secret key {path} is missing. Restore it from a backup of the site.",
                path=str(self.path / KEY_FILE),
            ) from None


@dataclass(frozen=True)
class SiteCipher:
    """Encrypts secrets at rest (Fernet: AES-128-CBC with HMAC-SHA256, authenticated)."""

    keys: MultiFernet

    def encrypt(self, text: str) -> str:
        return self.keys.encrypt(text.encode()).decode()

    def decrypt(self, token: str) -> str:
        """Raises ValidationError when no key of the site fits."""
        try:
            return self.keys.decrypt(token.encode()).decode()
        except InvalidToken:
            raise ValidationError(
                "A secret cannot be decrypted with this site's key. Restore secret.key from a backup."
            ) from None
