"""The warranty pack: its manifest and what it does in the life of documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from crm_platform.pack import Context, Document, Manifest, Pack, hookimpl
from crm_platform.plugins.warranty import cover, history, installed, maintenance, repairs
from crm_platform.plugins.warranty.claims import close_claim, cover_of, set_cover


class Warranty(Pack):
    """Installed products and their whole life: cover, claim, repair, return, contract, maintenance."""

    manifest = Manifest(
        id="warranty",
        title="Warranty",
        version="0.2.0",
        package="crm_platform.plugins.warranty",
        platform=">=0.1,<1",
        description="Installed products, warranty claims, repairs, returns, service contracts and maintenance.",
        license="MIT",
    )

    @hookimpl
    def document_events(self) -> Mapping[str, Mapping[str, Callable[[Context, Document], None]]]:
        return {
            "Warranty Claim": {"validate": set_cover, "before_submit": close_claim},
            "Installed Product": {"validate": installed.prepare, "on_update": maintenance.reading_came},
            "Repair Order": {"validate": repairs.check_replacement, "on_submit": repairs.finish_repair},
            "Maintenance Schedule": {"validate": maintenance.prepare_schedule},
            "Maintenance Visit": {"before_submit": maintenance.check_visit, "on_submit": maintenance.finish_visit},
        }

    @hookimpl
    def api_methods(self) -> Mapping[str, Callable[..., object]]:
        return {
            "cover_of": cover_of,
            "check_cover": cover.check_cover,
            "show_cover": cover.show_cover,
            "history": history.history,
            "shown_history": history.shown,
            "make_repair_order": repairs.make_repair_order,
            "make_return": repairs.make_return,
            "make_service_invoice": repairs.make_service_invoice,
        }

    @hookimpl
    def form_actions(self) -> Mapping[str, Sequence[Mapping[str, str]]]:
        return {
            "Warranty Claim": [
                {"label": "Check Cover", "method": "warranty.cover_of", "condition": "doc.warranty_expiry_date"},
                {
                    "label": "Make Repair Order",
                    "method": "warranty.make_repair_order",
                    "condition": "in_list(['Approved', 'In Repair'], doc.workflow_state)",
                },
                {"label": "Make Return", "method": "warranty.make_return", "condition": "doc.docstatus == 0"},
            ],
            "Installed Product": [{"label": "Check Cover", "method": "warranty.show_cover"}],
            "Repair Order": [
                {
                    "label": "Make Service Invoice",
                    "method": "warranty.make_service_invoice",
                    "condition": "doc.docstatus == 1 and doc.cost_customer > 0",
                }
            ],
        }

    @hookimpl
    def overview_sections(self) -> Mapping[str, Sequence[Mapping[str, object]]]:
        shown = {"label": "Service History", "method": "warranty.shown_history", "columns": history.COLUMNS}
        return {"Installed Product": [shown]}

    @hookimpl
    def schedules(self) -> Mapping[str, Callable[[Context], None]]:
        return {"30 1 * * *": maintenance.every_night}


pack = Warranty()
