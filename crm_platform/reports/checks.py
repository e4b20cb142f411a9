"""Checks reports, cards and charts by asking them when they are saved: what fails later is refused at once."""

from __future__ import annotations

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.documents.filters import refuse_kept_values
from crm_platform.documents.paths import Paths
from crm_platform.errors import FieldError, ValidationError
from crm_platform.reports import cards, charts
from crm_platform.reports.questions import stored_filters
from crm_platform.reports.running import REPORT, ask
from crm_platform.reports.specification import read


def on_validate(ctx: Context, doc: Document) -> None:
    """Raises DataError or ValidationError naming what is wrong. A DocType that is missing is the link check's."""
    specification = read(doc)
    if specification.doctype in ctx.definitions:
        system = ctx.as_system()
        _refuse_child(ctx, specification.doctype, "ref_doctype")
        for filters in (specification.filters, specification.or_filters):
            refuse_kept_values(Paths(system, ctx.definitions[specification.doctype]), filters)
        ask(system, specification, values={}, limit=1)


def on_validate_card(ctx: Context, doc: Document) -> None:
    """Raises as `on_validate` does. A report that is missing is the link check's, too."""
    if _source_is_there(ctx, doc):
        _refuse_child(ctx, doc["document_type"], "document_type")
        _refuse_kept_values(ctx.as_system(), doc)
        cards.ask(ctx.as_system(), doc)


def on_validate_chart(ctx: Context, doc: Document) -> None:
    """Raises as `on_validate` does."""
    if _source_is_there(ctx, doc):
        _refuse_child(ctx, doc["document_type"], "document_type")
        _refuse_kept_values(ctx.as_system(), doc)
        charts.draw(ctx.as_system(), doc)


def _refuse_child(ctx: Context, doctype: str | None, fieldname: str) -> None:
    """The rows of a child table have the rights of their documents, so figures start from these."""
    meta = ctx.definitions.get(doctype or "")
    if meta is not None and meta.istable:
        template = "{doctype} is a child table. Choose the DocType that has it, and a field of its rows."
        raise ValidationError(
            template, errors=[FieldError(fieldname, template, params={"doctype": meta.name})], doctype=meta.name
        )


def _refuse_kept_values(system: Context, doc: Document) -> None:
    meta = system.definitions.get(doc["document_type"] or "")
    if meta is not None:
        refuse_kept_values(Paths(system, meta), stored_filters(system, doc))


def _source_is_there(ctx: Context, doc: Document) -> bool:
    if doc["report_name"] and "Report" in (doc.get("type"), doc.get("chart_type")):
        return ctx.as_system().store.exists(REPORT, doc["report_name"])
    return not doc["document_type"] or doc["document_type"] in ctx.definitions


LISTENERS = (
    Listener("core", REPORT, "validate", on_validate),
    Listener("core", cards.CARD, "validate", on_validate_card),
    Listener("core", charts.CHART, "validate", on_validate_chart),
)
