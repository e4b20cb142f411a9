"""The 43 field types of Frappe as a table: what is stored, what `options` means, what validation applies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Storage = Literal["text", "int", "float", "decimal", "date", "datetime", "time", "none"]
OptionsMeaning = Literal["", "format", "values", "doctype", "child", "fieldname", "language", "currency", "template"]


@dataclass(frozen=True, slots=True)
class FieldKind:
    """One field type.

    `storage` names the column kind ("none": no column); `length` is the longest text accepted (None: the size limit of
    any text); `options` says how DocField.options is read; `html` marks rich text that is cleaned on write.
    """

    name: str
    storage: Storage = "text"
    length: int | None = 140
    options: OptionsMeaning = ""
    html: bool = False
    layout: bool = False

    @property
    def has_column(self) -> bool:
        return self.storage != "none"


_KINDS = (
    FieldKind("Data", options="format"),
    FieldKind("Small Text", length=None),
    FieldKind("Text", length=None),
    FieldKind("Long Text", length=None),
    FieldKind("Text Editor", length=None, html=True),
    FieldKind("Markdown Editor", length=None),
    FieldKind("HTML Editor", length=None, html=True),
    FieldKind("Code", length=None, options="language"),
    FieldKind("JSON", length=None),
    FieldKind("Int", "int"),
    FieldKind("Float", "float"),
    FieldKind("Currency", "decimal", options="currency"),
    FieldKind("Percent", "decimal"),
    FieldKind("Check", "int"),
    FieldKind("Rating", "float"),
    FieldKind("Duration", "float"),
    FieldKind("Date", "date"),
    FieldKind("Datetime", "datetime"),
    FieldKind("Time", "time"),
    FieldKind("Select", options="values"),
    FieldKind("Autocomplete", options="values"),
    FieldKind("Link", options="doctype"),
    FieldKind("Dynamic Link", options="fieldname"),
    FieldKind("Table", "none", options="child"),
    FieldKind("Table MultiSelect", "none", options="child"),
    FieldKind("Attach", length=None),
    FieldKind("Attach Image", length=None),
    FieldKind("Image", "none", options="fieldname", layout=True),
    FieldKind("Signature", length=None),
    FieldKind("Barcode", length=None),
    FieldKind("Geolocation", length=None),
    FieldKind("Color"),
    FieldKind("Icon"),
    FieldKind("Phone"),
    FieldKind("Password", length=None),
    FieldKind("Read Only"),
    FieldKind("Button", "none", layout=True),
    FieldKind("HTML", "none", options="template", layout=True),
    FieldKind("Heading", "none", layout=True),
    FieldKind("Fold", "none", layout=True),
    FieldKind("Section Break", "none", layout=True),
    FieldKind("Column Break", "none", layout=True),
    FieldKind("Tab Break", "none", layout=True),
)

FIELD_KINDS: dict[str, FieldKind] = {kind.name: kind for kind in _KINDS}
TABLE_TYPES = frozenset({"Table", "Table MultiSelect"})
NUMBER_TYPES = frozenset({"Int", "Float", "Currency", "Percent", "Check", "Rating", "Duration"})

STANDARD_COLUMNS: dict[str, Storage] = {
    "name": "text",
    "owner": "text",
    "creation": "datetime",
    "modified": "datetime",
    "modified_by": "text",
    "docstatus": "int",
    "idx": "int",
}
CHILD_COLUMNS: dict[str, Storage] = {"parent": "text", "parentfield": "text", "parenttype": "text"}
"""Frappe's standard columns in the order in which its REST answers carry them."""
