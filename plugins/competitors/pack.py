"""The competitors pack: what it does in the life of documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from crm_platform.pack import Context, Document, Pack, hookimpl
from crm_platform.plugins.competitors import battle_cards, deals, products
from crm_platform.plugins.competitors.manifest import MANIFEST


class Competitors(Pack):
    """Whom we meet in deals, what they offer, and how it ends."""

    manifest = MANIFEST

    @hookimpl
    def document_events(self) -> Mapping[str, Mapping[str, Callable[[Context, Document], None]]]:
        return {
            "Competing Product": {"validate": products.set_price},
            "Opportunity": {"validate": deals.note_winner},
        }

    @hookimpl
    def api_methods(self) -> Mapping[str, Callable[..., object]]:
        return {
            "matrix": products.matrix,
            "shown_matrix": products.shown_matrix,
            "show_rivals": products.show_rivals,
            "win_loss": deals.win_loss,
            "make_battle_card": battle_cards.make_battle_card,
        }

    @hookimpl
    def form_actions(self) -> Mapping[str, Sequence[Mapping[str, str]]]:
        return {
            "Competitor": [{"label": "Make Battle Card", "method": "competitors.make_battle_card"}],
            "Product": [{"label": "Competing Products", "method": "competitors.show_rivals"}],
        }

    @hookimpl
    def overview_sections(self) -> Mapping[str, Sequence[Mapping[str, object]]]:
        shown = {"label": "Comparison", "method": "competitors.shown_matrix", "columns": products.COMPARISON}
        return {"Product": [shown]}

    @hookimpl
    def schedules(self) -> Mapping[str, Callable[[Context], None]]:
        return {"5 0 * * *": products.prices_begin, "0 6 * * 1": deals.every_week}


pack = Competitors()
