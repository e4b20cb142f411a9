"""Frappe's field types: what they hold and what is refused, from the table of kinds and the table of coercions."""

from __future__ import annotations

from crm_platform.documents.coerce import COERCERS, FORMATS, INT_LIMIT, MONEY_LIMIT
from crm_platform.metadata.kinds import CHILD_COLUMNS, FIELD_KINDS, STANDARD_COLUMNS, FieldKind
from crm_platform.metadata.properties import OUR_PROPERTIES
from reference_pages.markdown import code, opening, table

PAGE = "field-types.md"
PROSE = """The 43 field types of Frappe. *Stored as* is the kind of column; types without one are layout, or tables
whose rows have a table of their own. *Options* says how the property `options` is read. *Accepted* is what a value
may be; anything else is refused with the field's name, and all faulty fields of a document are refused at once."""

OPTIONS = {
    "": "",
    "format": "a format, see below",
    "values": "the choices, one per line",
    "doctype": "the DocType that is linked",
    "child": "the child DocType of the rows",
    "fieldname": "another field of this DocType",
    "language": "the language of the text",
    "currency": "a field that holds the currency, or its code",
    "template": "the text that is shown",
}
STORAGE = {
    "text": "text",
    "int": "whole number",
    "float": "double",
    "decimal": "exact decimal, 6 places",
    "date": "date",
    "datetime": "time in UTC",
    "time": "time of day",
    "none": "",
}
VALUES = {
    "data": "text; with a format in `options`, text of that format",
    "phone": "digits and `+ - . , ( ) * #`, at most 20",
    "integer": f"a whole number to ±{INT_LIMIT}; `length` above 11 allows 64 bits; a fraction is cut off",
    "floating": "a number; `precision` rounds half up",
    "money": f"a number to ±{MONEY_LIMIT}; rounded half up to `precision`, at most 6 places",
    "check": "0 or 1, true or false",
    "rating": "0 to 1",
    "duration": "seconds, not negative",
    "day": "`2026-03-31`",
    "moment": "`2026-03-31 14:05:00`, in the site's time zone unless it carries an offset",
    "clock_time": "`14:05:00`",
    "select": "one of the choices",
    "json_text": "JSON",
    "color": "a colour as CSS writes it",
}
EFFECTS = {
    "if_team": "the rights of the row are about documents of the user's teams (User Group); to Frappe, about own ones",
    "formula": "the value is computed by this expression at each save, and cannot be written",
    "rollup": "the value is gathered over linked documents or own rows, and cannot be written",
    "records_behind": "what the form opens from this figure: `from`, `link`, `filter` as of a roll-up, `within` days",
    "sensitivity": "Personal, Confidential (masked) or Secret (encrypted and masked)",
    "fetch_method": "API method (`{row, parent}` → values) that the form asks when a value of this Link is chosen",
    "mask_format": "how much of a masked value is shown: ID Number, Phone, Email, Name or All",
    "exact_search": "an encrypted value is found by its exact text",
    "purpose": "what the personal data are kept for; stands in the report to a person",
    "retention": "when documents are erased, and by which date field",
    "retention_days": "after so many days the value is erased",
    "indexes": "fields that are indexed together, a line each with commas: totals over them are read from the index",
    "track_audit": "every change of a document is an entry of the audit log",
    "approval_tiers": "whose approvals an action of the workflow needs",
    "approvals_required": "so many different persons must take the action",
    "state_mapping": "which state the documents of a state go to that the workflow no longer has",
}


def page() -> str:
    """The whole page."""
    kinds = table(
        ("type", "stored as", "longest", "options", "accepted"), [_row(kind) for kind in FIELD_KINDS.values()]
    )
    return "\n".join(
        [
            opening("Field types", PROSE, "`crm_platform/metadata/kinds.py` and `crm_platform/documents/coerce.py`"),
            kinds,
            _formats(),
            _columns(),
            _own(),
        ]
    )


def _row(kind: FieldKind) -> tuple[str, ...]:
    length = str(kind.length) if kind.storage == "text" and kind.length else ""
    stored = "" if kind.layout else STORAGE[kind.storage]
    return (kind.name, stored, length, OPTIONS[kind.options], _accepted(kind))


def _accepted(kind: FieldKind) -> str:
    if kind.layout:
        return "layout: no value"
    if kind.options == "child":
        return "a list of rows"
    if kind.options == "doctype":
        return "the name of a document that is there and not cancelled"
    if kind.name == "Dynamic Link":
        return "the name of a document of the DocType that the other field names"
    if kind.html:
        return "HTML; scripts and event handlers are taken out"
    coercer = COERCERS.get(kind.name)
    return VALUES[coercer.__name__] if coercer else "text"


def _formats() -> str:
    return (
        f"\nFormats of Data fields: {', '.join(code(name) for name in FORMATS)}. "
        "Frappe's other formats are accepted in a definition and not checked.\n"
    )


def _columns() -> str:
    rows = [(code(name), STORAGE[kind]) for name, kind in {**STANDARD_COLUMNS, **CHILD_COLUMNS}.items()]
    shown = table(("column", "stored as"), rows)
    return f"## Standard columns\n\nEvery table has them; those of child rows end the list.\n\n{shown}\n"


def _own() -> str:
    rows = [(code(name), kind, EFFECTS[name]) for kind, names in OUR_PROPERTIES.items() for name in names]
    return (
        "## Our extra properties\n\nFrappe ignores them; `export --frappe-app` lists them.\n\n"
        f"{table(('property', 'of', 'effect'), rows)}\n"
    )
