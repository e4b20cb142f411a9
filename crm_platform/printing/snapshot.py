"""The snapshot of a print-out: all that a worker needs, as frozen plain data; a worker reaches nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm_platform.i18n.manner import Manner


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """What is needed to show a value. `translated`: the values are words of the product (Select, Territory…)."""

    label: str
    fieldtype: str
    options: str = ""
    precision: int | None = None
    translated: bool = False


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A column of a child table; numbers stand at the right."""

    fieldname: str
    number: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """A child table of the standard format."""

    fieldname: str
    columns: Sequence[GridColumn]


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the standard format: columns of short fields side by side, then what needs the whole width."""

    label: str
    columns: Sequence[Sequence[str]]
    texts: Sequence[str]
    grids: Sequence[Grid]


@dataclass(frozen=True, slots=True)
class Template:
    """A site's or pack's own format (Frappe Print Format.html and .css)."""

    name: str
    html: str
    css: str


@dataclass(frozen=True, slots=True)
class Page:
    """The sheet. Lengths in millimetres; `margins` are top, right, bottom, left."""

    width: float
    height: float
    margins: Sequence[float]
    number_at: str = ""
    """Margin box of the page number in CSS's words ("bottom-right"); empty for none."""
    font: str = ""
    font_size: float = 0


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Cleaned HTML above and below; empty without a letterhead."""

    header: str = ""
    footer: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One document as one person may print it.

    `doc` holds plain values by fieldname, rows as mappings; `fields` tells how to show them, by DocType. `mark` is the
    word across a page that is no final document. `filters` are those of packs, as "module:function". `assets` holds
    pictures and fonts as data: addresses, by the address that stands in the document or template.
    """

    doctype: str
    name: str
    title: str
    language: str
    manner: Manner
    doc: Mapping[str, Any]
    fields: Mapping[str, Mapping[str, FieldInfo]]
    sections: Sequence[Section]
    template: Template | None
    letterhead: Letterhead
    page: Page
    mark: str = ""
    messages: Mapping[str, str] = field(default_factory=dict)
    filters: Mapping[str, str] = field(default_factory=dict)
    assets: Mapping[str, str] = field(default_factory=dict)
