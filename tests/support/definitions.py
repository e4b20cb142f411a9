"""Builders of small definitions and layers for tests."""

from __future__ import annotations

from typing import Any

from crm_platform.metadata.layers import CORE, Layer
from crm_platform.metadata.merge import Merged, merge
from crm_platform.metadata.records import Definition, name_of

Body = dict[str, Any]


def row(fieldname: str, fieldtype: str = "Data", **properties: Any) -> Body:
    """A field row of a DocType."""
    return {"fieldname": fieldname, "fieldtype": fieldtype, "label": fieldname.replace("_", " ").title(), **properties}


def doctype(name: str, *fields: Body, **properties: Any) -> Definition:
    """A DocType with the given field rows."""
    return record("DocType", name=name, module="Sales", fields=list(fields), **properties)


def record(kind: str, **properties: Any) -> Definition:
    """A record of any kind."""
    return Definition(kind, name_of(kind, properties), {"doctype": kind, **properties}, f"{kind}.json")


def merged(*definitions: Definition, **layers: tuple[Definition, ...]) -> Merged:
    """Merge `definitions` as the core with further layers, given by name."""
    return merge([Layer(CORE, definitions), *(Layer(name, items) for name, items in layers.items())])
