"""The public API for packs: everything a pack may import, and nothing else. A test pins this list."""

from __future__ import annotations

from crm_platform.database.conditions import EVERYTHING, NOTHING, Compare, Condition, all_of, any_of
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import (
    CRMError,
    DoesNotExistError,
    FieldError,
    MandatoryError,
    PermissionError,
    ValidationError,
)
from crm_platform.hookspecs import hookimpl
from crm_platform.metadata.kinds import FIELD_KINDS
from crm_platform.packs.manifest import Manifest, Pack
from crm_platform.packs.marks import guest, writes

__all__ = [
    "EVERYTHING",
    "FIELD_KINDS",
    "NOTHING",
    "CRMError",
    "Compare",
    "Condition",
    "Context",
    "Document",
    "DoesNotExistError",
    "FieldError",
    "MandatoryError",
    "Manifest",
    "Pack",
    "PermissionError",
    "ValidationError",
    "all_of",
    "any_of",
    "guest",
    "hookimpl",
    "writes",
]
