"""The lending pack: its manifest and one implementation of every hook."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from crm_platform.pack import Condition, Context, Document, Manifest, Pack, Task, hookimpl
from support.dummy_pack import loans, methods, reminders
from support.dummy_pack.filters import shelf_mark


class Lending(Pack):
    """What customers borrow: requested, lent, returned."""

    manifest = Manifest(
        id="lending",
        title="Lending",
        version="1.0",
        package="support.dummy_pack",
        description="Uses every extension point once.",
        license="MIT",
        settings={"loan_days": "14", "greeting": "您好"},
    )

    @hookimpl
    def document_events(self) -> Mapping[str, Mapping[str, Callable[[Context, Document], None]]]:
        return {
            "Loan": {"before_insert": loans.put_on_shelf, "validate": loans.check_due_date},
            "*": {"on_trash": loans.keep_what_is_lent},
        }

    @hookimpl
    def row_filters(self) -> Mapping[str, Callable[[Context, str], Condition]]:
        return {"Loan": loans.clerks_see_all}

    @hookimpl
    def api_methods(self) -> Mapping[str, Callable[..., object]]:
        return {
            "open_loans": methods.open_loans,
            "lent_before": methods.lent_before,
            "extend": methods.extend,
            "extend_like": methods.extend_like,
            "lent_to": methods.lent_to,
            "opening_hours": methods.opening_hours,
        }

    @hookimpl
    def jinja_filters(self) -> Mapping[str, Callable[..., object]]:
        return {"shelf_mark": shelf_mark}

    @hookimpl
    def form_actions(self) -> Mapping[str, Sequence[Mapping[str, str]]]:
        extend = {"label": "Extend", "method": "lending.extend", "condition": "doc.workflow_state == 'Out'"}
        return {"Loan": [{**extend, "confirm": "Others wait for it."}]}

    @hookimpl
    def form_suggestions(self) -> Mapping[str, Mapping[str, object]]:
        like = {"label": "Extend Alike", "method": "lending.extend_like", "argument": "other"}
        asked = {"label": "Lent Before", "method": "lending.lent_before", "fields": ["item"]}
        return {"Loan": {**asked, "actions": {"Loan": like}}}

    @hookimpl
    def overview_sections(self) -> Mapping[str, Sequence[Mapping[str, object]]]:
        columns = [{"fieldname": "title", "label": "Item", "fieldtype": "Data"}]
        return {"Customer": [{"label": "Lent", "method": "lending.lent_to", "columns": columns}]}

    @hookimpl
    def item_sources(self) -> Mapping[str, Callable[..., Mapping[str, Any] | None]]:
        return {"shelf": methods.price_on_the_shelf}

    @hookimpl
    def schedules(self) -> Mapping[str, Callable[[Context], None]]:
        return {"0 6 * * *": loans.mark_overdue}

    @hookimpl
    def tasks(self) -> Mapping[str, Task]:
        return {"remind": reminders.remind, "count_shelves": reminders.count_shelves}

    @hookimpl
    def after_enable(self, ctx: Context) -> None:
        loans.make_first_shelf(ctx)

    @hookimpl
    def before_disable(self, ctx: Context) -> None:
        loans.refuse_while_lent(ctx)


pack = Lending()
