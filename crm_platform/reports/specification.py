"""What a Report record asks, in one form: read from Frappe's report builder JSON and from our query JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from crm_platform.errors import DataError, FieldError, ValidationError
from crm_platform.reports.parameters import names_in

SQL_REFUSED = (
    "{report}: reports in SQL are not run here. Write the query as JSON: doctype, columns, filters, group_by, order_by."
)
UNREADABLE = {"query": SQL_REFUSED, "json": "{report}: its JSON cannot be read."}
KIND_REFUSED = "{report}: reports of the type {kind} are not run here. Use Report Builder or Query Report."
KEYS = frozenset(
    {"doctype", "columns", "fields", "filters", "or_filters", "group_by", "aggregates", "order_by", "limit"}
)
FRAPPE_KEYS = frozenset(
    {"add_totals_row", "page_length", "sort_by", "sort_order", "column_widths", "with_comment_count"}
)
"""Written by Frappe's report builder: `sort_by` and `sort_order` are read, the rest only shapes its screen."""
OUR_KEYS = frozenset({"pivot", "view"})
"""Written by the report view and the designer of the interface: how they lay the rows out."""
FUNCTIONS = ("count", "sum", "avg", "min", "max")
COLUMN_LIMIT = 60


class Record(Protocol):
    """A Report, stored or about to be."""

    def __getitem__(self, fieldname: str, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a field, a field of a linked document ("customer.territory"), or a function of one."""

    reference: str
    label: str = ""
    function: str = ""
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Specification:
    """`filters` may hold {"parameter": fieldname} for a value that the reader of the report gives."""

    doctype: str
    columns: Sequence[Column]
    filters: Sequence[Any] = ()
    or_filters: Sequence[Any] = ()
    group_by: Sequence[str] = ()
    order_by: str = ""
    limit: int = 0


def read(report: Record) -> Specification:
    """The specification of a Report (Frappe Report.report_type, json, query). Raises ValidationError saying why not."""
    name, kind = report["name"] or report["report_name"], report["report_type"]
    if kind not in SOURCES:
        raise ValidationError(KIND_REFUSED, report=name, kind=kind)
    fieldname = SOURCES[kind]
    found = Reader(name, fieldname, report["ref_doctype"]).specification(report[fieldname] or "")
    unknown = names_in([*found.filters, *found.or_filters]) - {row["fieldname"] for row in report["filters"]}
    if unknown:
        template = "The query asks for the filter {filter}, which the report does not have."
        named = {"filter": sorted(unknown)[0]}
        raise DataError(template, errors=[FieldError("filters", template, "DataError", params=dict(named))], **named)
    return found


SOURCES = {"Report Builder": "json", "Query Report": "query"}
"""Report type → the field that holds its JSON."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the JSON of one report; every refusal names the report, and the field of the form that is wrong."""

    report: str
    fieldname: str
    doctype: str

    def specification(self, text: str) -> Specification:
        content = self._json(text)
        groups = self._group(content.get("group_by"))
        columns = self._columns(content, groups)
        return Specification(
            self.doctype,
            columns,
            self._list(content, "filters"),
            self._list(content, "or_filters"),
            groups,
            self._order(content),
            self._limit(content.get("limit")),
        )

    def _json(self, text: str) -> Mapping[str, Any]:
        if not text.strip():
            return {}
        try:
            content = orjson.loads(text)
        except orjson.JSONDecodeError:
            raise self._fault(
                SQL_REFUSED if self.fieldname == "query" else "{report}: its JSON cannot be read."
            ) from None
        if not isinstance(content, dict):
            raise self._fault("{report}: the query must be a JSON object.")
        unknown = content.keys() - KEYS - FRAPPE_KEYS - OUR_KEYS
        if unknown:
            raise self._fault("{report}: {key} is no part of a query.", key=sorted(unknown)[0])
        if content.get("doctype", self.doctype) != self.doctype:
            raise self._fault("{report}: the query asks for another DocType than the report.")
        return content

    def _columns(self, content: Mapping[str, Any], groups: Sequence[str]) -> list[Column]:
        plain = [self._column(item) for item in self._list(content, "columns", "fields")]
        counted = [self._aggregate(item) for item in self._list(content, "aggregates")]
        columns = [*(plain or [Column(group) for group in groups]), *counted] or [Column("name")]
        if len(columns) > COLUMN_LIMIT:
            raise self._fault("{report}: at most {limit} columns.", limit=COLUMN_LIMIT)
        loose = [column.reference for column in columns if not column.function and column.reference not in groups]
        if loose and (groups or any(column.function for column in columns)):
            raise self._fault("{report}: group by {column} too, or leave it out.", column=loose[0])
        return columns

    def _column(self, item: Any) -> Column:
        """ "field", ["field", "DocType"] as Frappe's builder writes it, or {"field", "label", "function"}."""
        if isinstance(item, str):
            return Column(item)
        if isinstance(item, list) and item and all(isinstance(part, str) for part in item):
            return Column(f"`tab{item[1]}`.{item[0]}" if len(item) > 1 else item[0])
        if isinstance(item, dict) and item.get("function"):
            return self._aggregate(item)
        if isinstance(item, dict) and isinstance(item.get("field"), str) and item.keys() <= {"field", "label"}:
            return Column(item["field"], str(item.get("label") or ""))
        raise self._fault("{report}: the column {column} is not understood.", column=str(item)[:80])

    def _aggregate(self, item: Any) -> Column:
        """{"function", "field", "label", "distinct"}; a count without field counts documents."""
        known = isinstance(item, dict) and item.keys() <= {"function", "field", "label", "distinct"}
        if known and isinstance(item.get("field", "name"), str) and str(item.get("function")).lower() in FUNCTIONS:
            function, label = str(item["function"]).lower(), str(item.get("label") or "")
            return Column(item.get("field", "name"), label, function, bool(item.get("distinct")))
        template = "{report}: {column} is no aggregate. Use a function of {functions} and a field."
        raise self._fault(template, column=str(item)[:80], functions=", ".join(FUNCTIONS))

    def _list(self, content: Mapping[str, Any], *keys: str) -> Sequence[Any]:
        key = next((key for key in keys if content.get(key)), "")
        value = content.get(key) or []
        if not isinstance(value, list):
            raise self._fault("{report}: {key} must be a list.", key=key)
        return value

    def _group(self, value: Any) -> Sequence[str]:
        groups = [value] if isinstance(value, str) and value else value or []
        if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
            raise self._fault("{report}: {key} must be a list.", key="group_by")
        return groups

    def _order(self, content: Mapping[str, Any]) -> str:
        order = content.get("order_by") or ""
        if not order and content.get("sort_by"):
            order = f"{content['sort_by']} {content.get('sort_order') or 'asc'}"
        if not isinstance(order, str):
            raise self._fault("{report}: {key} must be text.", key="order_by")
        return order

    def _limit(self, value: Any) -> int:
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
            return value or 0
        raise self._fault("{report}: limit must be a whole number.")

    def _fault(self, template: str, **params: Any) -> DataError:
        named = {"report": self.report, **params}
        return DataError(template, errors=[FieldError(self.fieldname, template, "DataError", params=named)], **named)
