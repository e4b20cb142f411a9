"""The form of a record, and how one is made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

Record = Mapping[str, Any]


def record(doctype: str, at: datetime, label: str = "", /, **values: Any) -> Record:
    """A document that was made at a moment; `label` is what later records call it by."""
    made: dict[str, Any] = {"doctype": doctype, "at": at.isoformat(), "values": values}
    return {**made, "id": label} if label else made
