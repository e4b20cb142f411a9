"""The application: the route table, and the Starlette app that serves it."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from crm_platform.access.identify import Access
from crm_platform.api import (
    access_methods,
    account_methods,
    auth_methods,
    client_changes,
    client_methods,
    dashboard_methods,
    deleted_methods,
    desk_forms,
    desk_reports,
    desk_reportview,
    desk_search,
    duplicate_methods,
    explain_methods,
    files,
    job_methods,
    live,
    mail_methods,
    openapi,
    plan_methods,
    print_jobs,
    printing,
    privacy_methods,
    reset_methods,
    resources,
    rights_methods,
    search_methods,
    social,
    unsubscribing,
    v2,
    version_methods,
    workflow_methods,
)
from crm_platform.api.call import Call, Style
from crm_platform.api.methods import Method, Methods, by_command, by_path, method_table
from crm_platform.api.methods import options as options_of_method
from crm_platform.api.routing import Route, starlette_routes
from crm_platform.api.services import Services
from crm_platform.api.site import Options, Site
from crm_platform.documents.runtime import Runtime
from crm_platform.errors import DoesNotExistError

BUILT_IN: tuple[Iterable[Method], ...] = (
    auth_methods.METHODS,
    access_methods.METHODS,
    account_methods.METHODS,
    rights_methods.METHODS,
    client_changes.METHODS,
    client_methods.METHODS,
    dashboard_methods.METHODS,
    desk_forms.METHODS,
    desk_reports.METHODS,
    desk_reportview.METHODS,
    desk_search.METHODS,
    duplicate_methods.METHODS,
    files.METHODS,
    mail_methods.METHODS,
    reset_methods.METHODS,
    job_methods.METHODS,
    plan_methods.METHODS,
    print_jobs.METHODS,
    printing.METHODS,
    privacy_methods.METHODS,
    search_methods.METHODS,
    social.METHODS,
    version_methods.METHODS,
    deleted_methods.METHODS,
    workflow_methods.METHODS,
    explain_methods.METHODS,
)


async def unknown(call: Call) -> Response:  # noqa: ARG001 every handler gets the call
    """Every address that no row of the table has."""
    raise DoesNotExistError("There is nothing at this address.")


def resource_routes(prefix: str) -> tuple[Route, ...]:
    """/api/resource and /api/v1/resource are the same."""
    documents, document = f"{prefix}/resource/{{doctype}}", f"{prefix}/resource/{{doctype}}/{{name:path}}"
    return (
        Route("GET", documents, resources.list_documents, "policy", writes=False),
        Route("POST", documents, resources.create_document, "policy", writes=True),
        Route("GET", document, resources.read_document, "policy", writes=False),
        Route("PUT", document, resources.update_document, "policy", writes=True),
        Route("DELETE", document, resources.delete_document, "policy", writes=True),
        Route("POST", document, resources.run_method, "policy", writes=True),
    )


METHOD_VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def method_routes(path: str, style: Style = "v1") -> tuple[Route, ...]:
    """Methods are called with the verbs that they declare themselves."""
    calls = (Route(verb, path, by_path, "method", writes=True, style=style) for verb in METHOD_VERBS)
    return (*calls, Route("OPTIONS", path, options_of_method, "guest", writes=False, style=style))


V2_DOCUMENTS = "/api/v2/document/{doctype}"
V2_DOCUMENT = "/api/v2/document/{doctype}/{name:path}"

ROUTES: tuple[Route, ...] = (
    *resource_routes("/api"),
    *resource_routes("/api/v1"),
    *method_routes("/api/method/{method}"),
    *method_routes("/api/v1/method/{method}"),
    Route("GET", "/api/openapi.json", openapi.document, "user", writes=False),
    Route("POST", V2_DOCUMENT + "/method/{method}", v2.document_method, "policy", writes=True, style="v2"),
    Route("GET", V2_DOCUMENTS, resources.list_documents, "policy", writes=False, style="v2"),
    Route("POST", V2_DOCUMENTS, resources.create_document, "policy", writes=True, style="v2"),
    Route("GET", V2_DOCUMENT, resources.read_document, "policy", writes=False, style="v2"),
    Route("PUT", V2_DOCUMENT, resources.update_document, "policy", writes=True, style="v2"),
    Route("PATCH", V2_DOCUMENT, resources.update_document, "policy", writes=True, style="v2"),
    Route("DELETE", V2_DOCUMENT, resources.delete_document, "policy", writes=True, style="v2"),
    Route("GET", "/api/v2/doctype/{doctype}/count", v2.count, "policy", writes=False, style="v2"),
    Route("GET", "/api/v2/doctype/{doctype}/meta", v2.meta, "policy", writes=False, style="v2"),
    *method_routes("/api/v2/method/{method}", "v2"),
    Route("GET", "/api/events", live.stream, "user", writes=False),
    Route("GET", "/printview", printing.printview, "user", writes=False, profile="print"),
    Route("GET", "/files/{path:path}", files.serve, "policy", writes=False, profile="file"),
    Route("GET", "/private/files/{path:path}", files.serve, "policy", writes=False, profile="file"),
    *unsubscribing.ROUTES,
)
"""Every address of the API. A test compares it with what each row must declare."""

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")

LAST = tuple(Route(verb, "/{path:path}", unknown, "guest", writes=False) for verb in VERBS)

COMMANDS: tuple[Route, ...] = (
    Route("GET", "/", by_command, "method", writes=True),
    Route("POST", "/", by_command, "method", writes=True),
)
"""How Frappe's Python client calls; `desk` puts its start page in the place of a GET without `cmd`."""


DEFAULTS = Options()


def create_app(
    runtime: Runtime,
    access: Access,
    services: Services,
    *,
    options: Options = DEFAULTS,
    routes: Iterable[Route] = (),
    methods: Iterable[Method] = (),
) -> Starlette:
    """The ASGI application of one site. `routes` and `methods` are those of rooms above (the desk's pages)."""
    table = Methods(method_table(*BUILT_IN, methods), services.pack_methods)
    served = (*ROUTES, *COMMANDS, *routes)
    open_routes = tuple(f"{one.verb} {one.path}" for one in served if one.guard == "guest" and one.verb != "OPTIONS")
    site = Site(runtime, access, services, table, options, open_routes)
    app = Application(routes=starlette_routes(site, (*served, *LAST)))
    app.router.redirect_slashes = False
    return app


class Application(Starlette):
    """Takes one trailing slash off every address: Frappe's clients append it, and it never means another thing."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "/")
        if path.endswith("/") and path != "/":
            scope = {**scope, "path": path[:-1]}
        await super().__call__(scope, receive, send)
