"""Columns beside text fields by which lists are sorted: Chinese by its Pinyin, on every database alike."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from crm_platform.metadata.model import DocType, Field

SUFFIX = "~sorted"
"""Ends the name of such a column: no fieldname can, so that no client names one."""

TEXTS = frozenset({"Data", "Small Text", "Text"})
"""Field types whose values people write and sort lists by."""


def is_sort_key(column: str) -> bool:
    return column.endswith(SUFFIX)


def source_of(column: str) -> str:
    """The field that a sort key belongs to."""
    return column.removesuffix(SUFFIX)


def sort_keys_of(doctype: DocType) -> Mapping[str, str]:
    """The fields of a DocType whose order is kept, each with its column: the title, texts in list views, and the name
    where people choose it. Records that only the system makes (Frappe DocType.in_create) are logs, sorted by time."""
    if doctype.istable or doctype.issingle or doctype.is_virtual or doctype.properties.get("in_create"):
        return MappingProxyType({})
    sources = [field.fieldname for field in doctype.data_fields if _is_listed(doctype, field)]
    if doctype.autoname.startswith(("field:", "prompt", "Prompt")):
        sources.append("name")
    return MappingProxyType({source: source + SUFFIX for source in sources})


def _is_listed(doctype: DocType, field: Field) -> bool:
    shown = field.in_list_view or field.fieldname == doctype.title_field
    return shown and field.fieldtype in TEXTS and not field.is_masked
