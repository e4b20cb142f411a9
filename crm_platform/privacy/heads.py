"""Heads of the audit log in a file beside the database: what proves later that nothing was rewritten or cut off."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import orjson

from crm_platform.documents.context import Context
from crm_platform.errors import ValidationError
from crm_platform.privacy import audit
from crm_platform.privacy.chain import Head

DAILY = "50 3 * * *"
"""When the site writes a head down, as a cron expression in its time zone."""


def keep_head(ctx: Context, path: Path) -> None:
    """Write the head of this moment down; a task of every night."""
    append_head(path, audit.head(ctx), ctx.now())


def append_head(path: Path, head: Head, now: datetime) -> None:
    """Add one line: {"at", "sequence", "entry_hash"}."""
    line = {"at": now.isoformat(), "sequence": head.sequence, "entry_hash": head.entry_hash}
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        file.write(orjson.dumps(line) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read_heads(path: Path) -> dict[int, str]:
    """Hashes by number; none when there is no file. Raises ValidationError for a line that is no head."""
    if not path.is_file():
        return {}
    found = {}
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            read = orjson.loads(line)
            found[int(read["sequence"])] = str(read["entry_hash"])
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            raise ValidationError("Line {line} of {path} is no head of an audit log.", line=number, path=path) from None
    return {sequence: entry_hash for sequence, entry_hash in found.items() if sequence}
