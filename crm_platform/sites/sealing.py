"""Changing the key of a site: a new one in front, then everything that is encrypted is encrypted anew."""

from __future__ import annotations

from pathlib import Path

from crm_platform.database.system import SECRET
from crm_platform.documents.context import Context
from crm_platform.documents.resealing import rewrite
from crm_platform.metadata.model import DocType
from crm_platform.sites.folder import SiteFolder
from crm_platform.sites.opening import Site


def change_key(folder: Path) -> None:
    """Put a new key in front of the others; processes that are at work do not know it, so stop them before."""
    site = SiteFolder(folder)
    site.settings()
    site.add_key()


def reseal(site: Site) -> int:
    """Encrypt every secret value with the newest key; returns how many documents and passwords there were."""
    secret = site.runtime.read(lambda ctx: [meta for meta in ctx.definitions.values() if _is_secret(meta)])
    count = sum(site.runtime.write(lambda ctx, meta=meta: _reseal(ctx, meta)) for meta in secret)  # type: ignore[misc]
    return count + site.runtime.write(_passwords)


def _is_secret(meta: DocType) -> bool:
    return not meta.is_virtual and any(field.is_encrypted for field in meta.masked_fields)


def _reseal(ctx: Context, meta: DocType) -> int:
    return rewrite(ctx, meta, meta, [field for field in meta.masked_fields if field.is_encrypted])


def _passwords(ctx: Context) -> int:
    rows = ctx.connection.fetch(SECRET)
    for row in rows:
        text = ctx.runtime.cipher.decrypt(row["ciphertext"])
        ctx.connection.put(SECRET, {**row, "ciphertext": ctx.runtime.cipher.encrypt(text)})
    return len(rows)
