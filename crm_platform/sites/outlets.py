"""The ways out of automation on an open site: rights of others, mail, webhooks, templates in printing's sandbox."""

from __future__ import annotations

from collections.abc import Mapping

from crm_platform.automation.outlets import Outlets
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.printing.freezing import freeze_texts
from crm_platform.printing.service import Printing
from crm_platform.sites.opening import Site


def automation_outlets(site: Site, printing: Printing) -> Outlets:
    """What the rules of `site` work with; templates are filled by the worker processes of `printing`."""

    def render(ctx: Context, doc: Document, sources: Mapping[str, str]) -> Mapping[str, str]:
        return printing.fill(freeze_texts(ctx, doc, sources, ctx.language))

    return Outlets(site.access.as_user, site.outbox.queue_mail, site.webhooks.call, render)
