"""The application of a site: every ability that answers requests, wired into one ASGI application."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette

from crm_platform.api.app import create_app
from crm_platform.api.automation_methods import automation_methods
from crm_platform.api.delivered_methods import delivered_methods
from crm_platform.api.import_methods import import_methods
from crm_platform.api.pack_methods import pack_methods
from crm_platform.api.services import Services
from crm_platform.api.settings_methods import settings_methods
from crm_platform.api.site import Options
from crm_platform.api.site_layer_methods import site_layer_methods
from crm_platform.app.pack_methods import PackMethods
from crm_platform.app.parts import backup_of, site_files, site_outlets, site_printing
from crm_platform.deferred import Deferred
from crm_platform.desk.actions import Contributions
from crm_platform.desk.routes import desk_methods, desk_routes
from crm_platform.jobs.task import Function
from crm_platform.privacy.heads import read_heads
from crm_platform.sites.definitions import site_layer
from crm_platform.sites.delivered import DeliveredRecords
from crm_platform.sites.pack_service import PackService
from crm_platform.spreadsheets.writing import table_bytes

if TYPE_CHECKING:
    from crm_platform.sites.opening import Site

tasks_now: Callable[[Site], Mapping[str, Function]] = Deferred("crm_platform.app.tasks", "tasks_now")


def contributions_now(site: Site, hook: str) -> Contributions:
    """What packs answer to a hook: the site has other hooks after each change of packs."""
    return site.hooks.contributions(hook)


def create_application(site: Site) -> Starlette:
    """The ASGI application of an open site; who opened the site closes it."""
    files = site_files(site)
    services = Services(
        printing=site_printing(site, files),
        export=TableFiles(),
        files=files,
        outbox=site.outbox,
        negotiate=site.catalogues.negotiate,
        pack_methods=PackMethods(lambda: site.hooks, site.source.watch),
        tasks=partial(tasks_now, site),
        back_up=partial(backup_of, site),
        events=site.events,
    )
    options = Options(hosts=frozenset(site.settings.hosts))
    return create_app(
        site.runtime,
        site.access,
        services,
        options=options,
        routes=desk_routes(),
        methods=(
            *desk_methods(partial(contributions_now, site)),
            *automation_methods(site_outlets(site, files)),
            *import_methods(files.path_for, site.catalogues.languages),
            *pack_methods(PackService(site)),
            *delivered_methods(DeliveredRecords(site)),
            *site_layer_methods(site_layer),
            *settings_methods(lambda: read_heads(site.folder.audit_heads)),
        ),
    )


class TableFiles:
    """Rows as csv or xlsx."""

    def write(self, columns: Sequence[str], rows: Sequence[Sequence[Any]], kind: str) -> bytes:
        return table_bytes(kind, columns, rows)
