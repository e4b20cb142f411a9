"""Files as they are served where nobody looks at their addresses: what attacks find without a defence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crm_platform.files.storage import PREFIXES, Storage


def any_path(storage: Storage, url: str) -> Path:
    """What an address leads to when it is taken as it comes."""
    private = url.startswith(PREFIXES[True])
    return storage._folders[private] / url.removeprefix(PREFIXES[private])


def any_file(*_: Any) -> dict[str, Any]:
    """A File for every address, whoever asks."""
    return {}
