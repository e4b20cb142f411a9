"""The standard format of any DocType: its form's sections and columns, without what is hidden or empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crm_platform.metadata.kinds import NUMBER_TYPES
from crm_platform.metadata.model import Definitions, DocType, Field
from crm_platform.printing.snapshot import Grid, GridColumn, Section

NEVER = frozenset({"Password", "Button", "HTML", "Heading", "Fold", "Image", "Barcode", "Geolocation", "Icon"})
WIDE = frozenset({"Text", "Long Text", "Text Editor", "HTML Editor", "Markdown Editor", "Code", "JSON"})
BREAKS = frozenset({"Section Break", "Tab Break"})
SILENT_ZERO = frozenset({"Check", "Int", "Rating", "Duration"})
NAMING = "naming_series"
"""The series of a name is no news beside the name."""
COLUMNS_LIMIT = 10


@dataclass
class Draft:
    """A section while it is filled."""

    label: str = ""
    columns: list[list[str]] = field(default_factory=lambda: [[]])
    texts: list[str] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)

    def finished(self) -> Section:
        return Section(self.label, [column for column in self.columns if column], self.texts, self.grids)

    @property
    def is_empty(self) -> bool:
        return not (any(self.columns) or self.texts or self.grids)


def sections(
    definitions: Definitions, meta: DocType, values: Mapping[str, Any], levels: frozenset[int]
) -> list[Section]:
    """Sections with something to show. `levels` are the field levels that the caller may read."""
    drafts = [Draft()]
    for item in meta.fields:
        if item.fieldtype in BREAKS:
            drafts.append(Draft(item.label))
        elif item.fieldtype == "Column Break":
            drafts[-1].columns.append([])
        elif _printed(item, levels) and _has_value(item, values.get(item.fieldname)):
            _place(drafts[-1], definitions, item, levels)
    return [draft.finished() for draft in drafts if not draft.is_empty]


def _place(draft: Draft, definitions: Definitions, item: Field, levels: frozenset[int]) -> None:
    if item.holds_rows:
        draft.grids.append(Grid(item.fieldname, _grid_columns(definitions[item.options], levels)))
    elif item.fieldtype in WIDE:
        draft.texts.append(item.fieldname)
    else:
        draft.columns[-1].append(item.fieldname)


def _grid_columns(child: DocType, levels: frozenset[int]) -> list[GridColumn]:
    """The columns of the form's grid (Frappe DocField.in_list_view), or the first fields when none is marked."""
    shown = [item for item in child.data_fields if _printed(item, levels)]
    chosen = [item for item in shown if item.in_list_view] or shown
    return [GridColumn(item.fieldname, item.fieldtype in NUMBER_TYPES) for item in chosen[:COLUMNS_LIMIT]]


def _printed(item: Field, levels: frozenset[int]) -> bool:
    """Frappe DocField.print_hide and hidden; a level that the caller may not read."""
    kept_back = item.hidden or item.properties.get("print_hide") or item.fieldtype in NEVER or item.fieldname == NAMING
    return not kept_back and (not item.permlevel or item.permlevel in levels)


def _has_value(item: Field, value: Any) -> bool:
    """The zero of an Int is what an empty one is stored as; a zero amount is an amount, unless its field says no."""
    if value in (None, "", []):
        return False
    silent_zero = item.fieldtype in SILENT_ZERO or item.properties.get("print_hide_if_no_value")
    return not (silent_zero and value == 0)
