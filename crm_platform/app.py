"""The composition root: an open site and its abilities, wired into one ASGI application."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette

from crm_platform.api.app import create_app
from crm_platform.api.services import Services
from crm_platform.api.site import Options
from crm_platform.desk.routes import desk_methods, desk_routes
from crm_platform.files.attachments import Files
from crm_platform.files.storage import Storage
from crm_platform.printing.service import Printing
from crm_platform.printing.taking import Sources
from crm_platform.spreadsheets.writing import table_bytes

if TYPE_CHECKING:
    from crm_platform.sites.opening import Site


def create_application(site: Site) -> Starlette:
    """The ASGI application of an open site; who opened the site closes it."""
    files = Files(Storage(site.folder.files))
    services = Services(
        printing=Printing(Sources(files, site.catalogues.messages, lambda: site.source.hooks)),
        export=TableFiles(),
        files=files,
        negotiate=site.catalogues.negotiate,
    )
    options = Options(hosts=frozenset(site.settings.hosts))
    return create_app(
        site.runtime, site.access, services, options=options, routes=desk_routes(), methods=desk_methods()
    )


class TableFiles:
    """Rows as csv or xlsx."""

    def write(self, columns: Sequence[str], rows: Sequence[Sequence[Any]], kind: str) -> bytes:
        return table_bytes(kind, columns, rows)
