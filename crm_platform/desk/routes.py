"""The pages of the interface and the methods that feed it, for the API's route table."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.responses import HTMLResponse, Response

from crm_platform.access.sessions import issue_csrf_token
from crm_platform.api.call import Call
from crm_platform.api.methods import ApiMethod, Method, ShellMethod, by_command
from crm_platform.api.routing import Route
from crm_platform.desk.actions import Contributed, actions, nothing, sections, suggestions
from crm_platform.desk.assets import NOT_BUILT, Interface
from crm_platform.desk.boot import boot
from crm_platform.desk.connections import connections
from crm_platform.desk.engine_actions import with_engine
from crm_platform.desk.expressions import expression
from crm_platform.desk.first_steps import first_steps
from crm_platform.desk.installing import manifest, worker
from crm_platform.desk.meta import meta
from crm_platform.desk.overview import overview
from crm_platform.desk.people import get_names_for_mentions
from crm_platform.desk.rights import rights
from crm_platform.desk.rollups import rollup
from crm_platform.desk.studio import doctype, doctypes
from crm_platform.desk.studio_texts import set_text, texts, workspace_texts
from crm_platform.desk.studio_workflows import METHODS as WORKFLOW_METHODS
from crm_platform.desk.titles import titles
from crm_platform.desk.workspaces import workspaces
from crm_platform.documents.context import Context
from crm_platform.errors import DoesNotExistError

FOREVER = "public, max-age=31536000, immutable"
"""Asset names hold a hash of their content, so that they never change."""

PAGES = ("/login", "/update-password", "/app", "/app/{path:path}")


def desk_routes(interface: Interface | None = None) -> tuple[Route, ...]:
    """Start page, pages of the application, assets. The start page still answers calls by `cmd`."""
    served = interface or Interface()
    page = partial(start_page, served)
    return (
        Route("GET", "/", partial(root, served), "guest", writes=True, profile="page"),
        *(Route("GET", path, page, "guest", writes=True, profile="page") for path in PAGES),
        Route("GET", "/manifest.webmanifest", manifest, "guest", writes=False, profile="page"),
        Route("GET", "/sw.js", partial(worker, served), "guest", writes=False, profile="page"),
        Route("GET", "/assets/{path:path}", partial(asset, served), "guest", writes=False, profile="page"),
    )


def desk_methods(contributed: Contributed = nothing) -> tuple[Method, ...]:
    """What feeds the interface; `contributed` is what packs put on forms."""

    def meta_of_form(ctx: Context, doctype: str) -> dict[str, Any]:
        """What the interface needs to show a DocType, with what packs put on its form."""
        given = {
            "actions": actions(ctx, with_engine(contributed("form_actions")), doctype),
            "suggestions": suggestions(ctx, contributed("form_suggestions"), doctype),
        }
        return {**meta(ctx, doctype), **given}

    def overview_of(ctx: Context, doctype: str, name: str) -> dict[str, Any]:
        """The title of a document, and its connections that lead anywhere, each with its newest rows."""
        return {
            **overview(ctx, doctype, name),
            "asked": sections(ctx, contributed("overview_sections"), doctype),
        }

    return (
        ShellMethod("crm.desk.boot", boot, guest=True, writes=True),
        ApiMethod("crm.desk.meta", meta_of_form),
        ApiMethod("crm.desk.rights", rights, brief=True),
        ApiMethod("crm.desk.titles", titles),
        ApiMethod("crm.desk.connections", connections),
        ApiMethod("crm.desk.overview", overview_of),
        ApiMethod("crm.desk.workspaces", workspaces),
        ApiMethod("crm.desk.first_steps", first_steps),
        ApiMethod("crm.studio.doctypes", doctypes),
        ApiMethod("crm.studio.doctype", doctype),
        ApiMethod("crm.studio.expression", expression),
        ApiMethod("crm.studio.rollup", rollup),
        ApiMethod("crm.studio.texts", texts),
        ApiMethod("crm.studio.workspace_texts", workspace_texts),
        ApiMethod("crm.studio.set_text", set_text, writes=True),
        *WORKFLOW_METHODS,
        ApiMethod("frappe.desk.search.get_names_for_mentions", get_names_for_mentions),
    )


async def root(interface: Interface, call: Call) -> Response:
    if "cmd" in call.arguments:
        return await by_command(call)
    return await start_page(interface, call)


async def start_page(interface: Interface, call: Call) -> Response:
    """The application's page. Serving it to a session gives that session its token against forged requests."""
    if not interface.is_built:
        return HTMLResponse(NOT_BUILT, 503)
    token = await call.scope.write(issue_csrf_token) if call.scope.credentials.sid else ""
    return HTMLResponse(interface.start_page(token))


async def asset(interface: Interface, call: Call) -> Response:
    found = interface.asset(call.path("path"))
    if found is None:
        raise DoesNotExistError("There is nothing at this address.")
    headers = {"cache-control": FOREVER, "vary": "accept-encoding"}
    if found.compressed and "gzip" in call.request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        return Response(found.compressed, media_type=found.media_type, headers=headers)
    return Response(found.content, media_type=found.media_type, headers=headers)
