"""The keys under which secret field values are sealed: AES-256-GCM, one key per secret of the site, newest first."""

from __future__ import annotations

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crm_platform.database.seals import BrokenSealError
from crm_platform.errors import ValidationError

PREFIX = "sealed:1:"
"""Begins every sealed value: prefix, id of the key, ":", base64 of nonce and ciphertext."""
NONCE = 12


@dataclass(frozen=True)
class Key:
    """What is derived from one secret: `id` names it in sealed values, `search` makes digests."""

    id: str
    cipher: AESGCM
    search: bytes


def derive(secret: bytes) -> Key:
    """A key from a secret with enough randomness of its own (a line of secret.key)."""
    encrypt, search, name = (
        HKDF(SHA256(), 32, None, f"crm-platform field {purpose}".encode()).derive(secret)
        for purpose in ("encryption", "search", "key id")
    )
    return Key(name[:4].hex(), AESGCM(encrypt), search)


@dataclass(frozen=True)
class KeyRing:
    """Implements `database.seals.Seals`: the first key seals, all open."""

    keys: tuple[Key, ...]

    @classmethod
    def of(cls, secrets: Sequence[str]) -> KeyRing:
        """Raises ValidationError without any secret."""
        if not secrets:
            raise ValidationError("The site has no key. Restore secret.key from a backup.")
        return cls(tuple(derive(secret.encode()) for secret in secrets))

    def seal(self, place: str, text: str) -> str:
        key, nonce = self.keys[0], os.urandom(NONCE)
        sealed = nonce + key.cipher.encrypt(nonce, text.encode("utf-8", "surrogatepass"), place.encode())
        return f"{PREFIX}{key.id}:{urlsafe_b64encode(sealed).decode()}"

    def open(self, place: str, sealed: str) -> str:
        """The text; one that is not sealed as it is. Raises BrokenSealError when no key of the site opens it."""
        if not sealed.startswith(PREFIX):
            return sealed
        name, _, body = sealed.removeprefix(PREFIX).partition(":")
        for key in self.keys:
            if key.id == name:
                return _open(key, place, body)
        raise BrokenSealError

    def is_current(self, sealed: str) -> bool:
        return sealed.startswith(f"{PREFIX}{self.keys[0].id}:")

    def digests(self, place: str, text: str) -> Sequence[str]:
        """HMAC-SHA256 of the value without blanks at its ends, by the newest key first."""
        content = f"{place}\n{text.strip()}".encode("utf-8", "surrogatepass")
        return [f"{key.id}:{hmac.new(key.search, content, sha256).hexdigest()}" for key in self.keys]


def _open(key: Key, place: str, body: str) -> str:
    try:
        raw = urlsafe_b64decode(body)
        if urlsafe_b64encode(raw).decode() != body:
            raise BrokenSealError  # Base64 is written in one way only: another one was not written here.
        return key.cipher.decrypt(raw[:NONCE], raw[NONCE:], place.encode()).decode("utf-8", "surrogatepass")
    except (InvalidTag, ValueError):
        raise BrokenSealError from None
