"""The parameters of a list request, as the store takes them; every refusal names the parameter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm_platform.api.body import parse_json
from crm_platform.database.brief import ROWS
from crm_platform.documents import keyset
from crm_platform.documents.context import Context
from crm_platform.documents.wire import rows_to_wire
from crm_platform.errors import ValidationError

PAGE = 20
WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")
FALSE = ("0", "false", 0, False)
ALL_FIELDS = ("*", '"*"')
"""What some of Frappe's clients send for all fields instead of a list."""


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A list request: `keywords` go to Store.list; `as_rows` asks for arrays instead of objects."""

    keywords: dict[str, Any]
    as_rows: bool = False

    def run(self, ctx: Context, doctype: str) -> list[Any]:
        """The answer's rows under the caller's rights."""
        rows = rows_to_wire(ctx, ctx.store.list(doctype, **self.keywords))
        return [list(row.values()) for row in rows] if self.as_rows else rows

    def page(self, ctx: Context, doctype: str) -> tuple[list[Any], str | None]:
        """The rows of a page by cursor, and the cursor of the next."""
        found, following = ctx.store.page(doctype, **self.keywords)
        rows = rows_to_wire(ctx, found)
        return [list(row.values()) for row in rows] if self.as_rows else rows, following


def list_query(sent: Mapping[str, Any]) -> ListQuery:
    """Read Frappe's list parameters (contract §2). Raises ValidationError for what is not of its type."""
    keywords = {
        "fields": fields(sent.get("fields")),
        "filters": filters("filters", sent.get("filters")),
        "or_filters": filters("or_filters", sent.get("or_filters")),
        "order_by": text("order_by", sent.get("order_by")),
        "group_by": text("group_by", sent.get("group_by")),
        "limit": limit(sent),
        "offset": whole_number("limit_start", sent.get("limit_start"), 0),
        "parent": text("parent", sent.get("parent")),
    }
    return ListQuery(keywords, as_rows=folded(sent.get("as_dict")) in FALSE)


BY_NUMBER = ("group_by", "offset", "parent")
"""What a page by cursor does not take."""


def page_query(sent: Mapping[str, Any]) -> ListQuery:
    """Read the parameters of a page by `cursor`; "*" asks for the first one."""
    asked = list_query(sent)
    for name in BY_NUMBER:
        if asked.keywords.pop(name):
            template = "{name} does not go with cursor. Leave one of them out."
            raise ValidationError(template, name={"offset": "limit_start"}.get(name, name))
    asked.keywords["cursor"] = text("cursor", sent.get("cursor")) or keyset.START
    return asked


def list_kind(sent: Mapping[str, Any]) -> str:
    """Whether a page is asked for or more rows than people look at: the one is brief when the other takes long."""
    try:
        rows = limit(sent)
    except ValidationError:  # the read refuses it, after the caller is known
        return "page"
    return "page" if rows is not None and rows <= ROWS else "table"


def fields(value: Any) -> tuple[str, ...]:
    """The names in `fields`, a JSON list; ("name",) when nothing is asked."""
    if value in (None, ""):
        return ("name",)
    if value in ALL_FIELDS:
        return ("*",)
    names = parse_json(value, "fields") if isinstance(value, str) else value
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise ValidationError('fields must be a JSON list of field names, as in ["name", "modified"].')
    return tuple(names)


def filters(name: str, value: Any) -> Any:
    """Conditions as a JSON list or object; the store reads what is inside."""
    if value in (None, ""):
        return None
    parsed = parse_json(value, name) if isinstance(value, str) else value
    if parsed is not None and not isinstance(parsed, list | dict):
        raise ValidationError("{parameter} must be a JSON list or object of conditions.", parameter=name)
    return parsed


def text(name: str, value: Any) -> str | None:
    if value in (None, ""):
        return None
    if not isinstance(value, str):
        raise ValidationError("{parameter} must be text.", parameter=name)
    return value


def limit(sent: Mapping[str, Any]) -> int | None:
    """Rows to answer: `limit_page_length` wins over `limit`; 0 means all (None)."""
    name = "limit_page_length" if sent.get("limit_page_length") is not None else "limit"
    return whole_number(name, sent.get(name), PAGE) or None


def whole_number(name: str, value: Any, default: int) -> int:
    if value is None:
        return default
    if isinstance(value, str) and WHOLE_NUMBER.fullmatch(value):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9:
        return value
    raise ValidationError("{parameter} must be a whole number of at most nine digits, not below 0.", parameter=name)


def folded(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value
