"""The warranty pack: its manifest and what it does in the life of documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from crm_platform.pack import Context, Document, Manifest, Pack, hookimpl
from crm_platform.plugins.warranty.claims import close_claim, cover_of, set_cover


class Warranty(Pack):
    """Claims from complaint to repair, with cover by date."""

    manifest = Manifest(
        id="warranty",
        title="Warranty",
        version="0.1.0",
        package="crm_platform.plugins.warranty",
        platform=">=0.1,<1",
        description="Warranty claims with a workflow, a receipt to print, and service levels of customers.",
        license="MIT",
    )

    @hookimpl
    def document_events(self) -> Mapping[str, Mapping[str, Callable[[Context, Document], None]]]:
        return {"Warranty Claim": {"validate": set_cover, "before_submit": close_claim}}

    @hookimpl
    def api_methods(self) -> Mapping[str, Callable[..., object]]:
        return {"cover_of": cover_of}

    @hookimpl
    def form_actions(self) -> Mapping[str, Sequence[Mapping[str, str]]]:
        return {
            "Warranty Claim": [
                {"label": "Check Cover", "method": "warranty.cover_of", "condition": "doc.warranty_expiry_date"}
            ]
        }


pack = Warranty()
