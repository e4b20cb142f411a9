"""Which Print Format, language, letterhead and sheet a print-out gets."""

from __future__ import annotations

from dataclasses import dataclass

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import DoesNotExistError, PrintFormatError
from crm_platform.metadata.model import DocType
from crm_platform.printing.cleaning import clean_text
from crm_platform.printing.settings import Settings
from crm_platform.printing.snapshot import Letterhead, Page, Template

STANDARD = "Standard"
SIZES = {
    "A3": (297.0, 420.0),
    "A4": (210.0, 297.0),
    "A5": (148.0, 210.0),
    "Letter": (215.9, 279.4),
    "Legal": (215.9, 355.6),
}
CUSTOM = "Custom"
MARGIN = 15.0
SIDES = ("top", "right", "bottom", "left")
NO_NUMBER = "Hide"
STANDARD_NUMBER = "bottom-right"


@dataclass(frozen=True, slots=True)
class Format:
    """A Print Format record; `template` is None for one that only changes the sheet of the standard format."""

    record: Document
    template: Template | None


def choose_format(ctx: Context, meta: DocType, wanted: str) -> Format | None:
    """The format asked for, else the DocType's default one; None for the generated standard format.

    Raises PrintFormatError for one that is not there, disabled, of another DocType, or of a kind we do not run.
    """
    name = wanted or str(meta.properties.get("default_print_format") or STANDARD)
    if name == STANDARD:
        return None
    try:
        record = ctx.as_system().store.get("Print Format", name)
    except DoesNotExistError:
        record = None
    if record is None or record["disabled"] or record["doc_type"] != meta.name:
        template = "There is no print format {format} for {doctype}. Choose another."
        raise PrintFormatError(template, format=name[:140], doctype=meta.name)
    if record["print_format_type"] == "JS" or record["raw_printing"]:
        template = "The print format {format} is no Jinja template. Write it in HTML, CSS and Jinja."
        raise PrintFormatError(template, format=name)
    if not record["html"]:
        return Format(record, None)
    return Format(record, Template(name, record["html"], record["css"] or ""))


def choose_language(ctx: Context, own: Format | None, wanted: str) -> str:
    return wanted or (own.record["default_print_language"] if own else "") or ctx.language


def choose_letterhead(ctx: Context, settings: Settings, doc: Document, wanted: bool | str) -> Letterhead:
    """The letterhead asked for by name, else the one that the document names, else the site's; its texts are literal.

    Raises PrintFormatError when the one asked for is not there or disabled.
    """
    system = ctx.as_system().store
    asked = wanted if isinstance(wanted, str) else ""
    named = asked or (doc["letter_head"] if doc.meta.field("letter_head") else "")
    chosen = {"name": named or settings.letterhead} if named or settings.letterhead else {"is_default": 1}
    rows = system.list("Letter Head", filters={**chosen, "disabled": 0}, limit=1)
    if not rows and asked:
        raise PrintFormatError("There is no letterhead {name}. Choose another.", name=asked[:140])
    if not rows:
        return Letterhead()
    record = system.get("Letter Head", rows[0]["name"])
    return Letterhead(_header(record), clean_text(record["footer"] or ""))


def _header(record: Document) -> str:
    if record["source"] != "Image" or not record["image"]:
        return clean_text(record["content"] or "")
    align = (record["align"] or "Left").lower()
    sizes = "".join(
        f' {side}="{record[key]:g}"'
        for side, key in (("height", "image_height"), ("width", "image_width"))
        if record[key]
    )
    return f'<div align="{align}"><img src="{_quoted(record["image"])}"{sizes}></div>'


def _quoted(address: str) -> str:
    return address.replace("&", "&amp;").replace('"', "%22").replace("<", "%3C")


def page_of(settings: Settings, own: Format | None, size: str) -> Page:
    """The sheet: what was asked for, else the format's, else the site's."""
    record = own.record if own else None
    chosen = size or (record["page_size"] if record else "") or settings.page_size
    if chosen == CUSTOM and settings.page_width and settings.page_height:
        width, height = settings.page_width, settings.page_height
    elif chosen in SIZES or not size:
        width, height = SIZES.get(chosen, SIZES["A4"])
    else:
        raise PrintFormatError("{size} is no page size. Use one of {sizes}.", size=size[:20], sizes=", ".join(SIZES))
    if record and record["orientation"] == "Landscape":
        width, height = height, width
    return Page(
        width,
        height,
        tuple(_margin(record, side) for side in SIDES),
        _number_at(record),
        (record["font"] if record else "") or settings.font,
        (record["font_size"] if record else 0) or settings.font_size,
    )


def _margin(record: Document | None, side: str) -> float:
    value = record[f"margin_{side}"] if record else None
    return MARGIN if value is None else float(value)


def _number_at(record: Document | None) -> str:
    if record is None:
        return STANDARD_NUMBER
    wanted = record["page_number"] or NO_NUMBER
    return "" if wanted == NO_NUMBER else wanted.lower().replace(" ", "-")
