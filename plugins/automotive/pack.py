"""The automotive pack: its manifest and what it does in the life of documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from crm_platform.pack import Context, Document, Manifest, Pack, hookimpl
from crm_platform.plugins.automotive import job_cards, orders, vehicles


class Automotive(Pack):
    """A dealer: vehicles are installed products with more fields, from the order to five years of care."""

    manifest = Manifest(
        id="automotive",
        title="Automotive",
        version="0.1.0",
        package="crm_platform.plugins.automotive",
        platform=">=0.1,<1",
        depends=("warranty",),
        description="Vehicles with VIN and owners, orders with states of the factory, care calendar, menus, trade-in.",
        license="MIT",
    )

    @hookimpl
    def document_events(self) -> Mapping[str, Mapping[str, Callable[[Context, Document], None]]]:
        return {
            "Installed Product": {"validate": vehicles.prepare_vehicle, "on_update": vehicles.plan_visits},
            "Vehicle Order": {"validate": orders.prepare_order},
            "Trade-In": {"validate": vehicles.check_trade_in},
            "Repair Order": {"validate": job_cards.add_solutions},
        }

    @hookimpl
    def api_methods(self) -> Mapping[str, Callable[..., object]]:
        return {
            "report_state": orders.report_state,
            "send_materials": orders.send_materials,
            "deliver": orders.deliver,
            "next_menu": vehicles.next_menu,
            "vehicle_360": vehicles.vehicle_360,
        }

    @hookimpl
    def form_actions(self) -> Mapping[str, Sequence[Mapping[str, str]]]:
        return {
            "Vehicle Order": [
                {
                    "label": "Send Material Lists",
                    "method": "automotive.send_materials",
                    "condition": "count(materials) > 0",
                    "confirm": "Each supplier gets the part of the list that is theirs. It cannot be called back.",
                },
                {
                    "label": "Deliver",
                    "method": "automotive.deliver",
                    "condition": "doc.vin and in_list(['In Stock', 'In Transit'], doc.order_state)",
                    "confirm": "The order stays delivered, and the care of the vehicle begins. This cannot be undone.",
                },
            ]
        }


pack = Automotive()
