"""What makes the interface installable on a phone: the manifest with the site's name, and the worker of the shell."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from crm_platform.api.call import Call
from crm_platform.desk.assets import Interface
from crm_platform.errors import DoesNotExistError

WORKER = "sw.js"
ICONS = (
    {"src": "/assets/icons/icon-192.png", "sizes": "192x192", "type": "image/png"},
    {"src": "/assets/icons/icon-512.png", "sizes": "512x512", "type": "image/png"},
    {"src": "/assets/icons/maskable-512.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    {"src": "/assets/mark.svg", "sizes": "any", "type": "image/svg+xml"},
)
LOOKS = {"display": "standalone", "background_color": "#f6f7f9", "theme_color": "#2f55d4"}


def manifest_of(name: str) -> dict[str, Any]:
    """The web app manifest (W3C) of the site with this name."""
    return {
        "id": "/app",
        "name": name,
        "short_name": name[:12],
        "start_url": "/app",
        "scope": "/",
        "icons": ICONS,
        **LOOKS,
    }


async def manifest(call: Call) -> Response:
    """GET /manifest.webmanifest."""
    return JSONResponse(manifest_of(call.site.runtime.name), media_type="application/manifest+json")


async def worker(interface: Interface, call: Call) -> Response:  # noqa: ARG001 the signature of an endpoint
    """GET /sw.js: it stands at the root, because a worker serves the addresses below its own."""
    found = interface.asset(WORKER)
    if found is None:
        raise DoesNotExistError("There is nothing at this address.")
    return Response(found.content, media_type="text/javascript", headers={"cache-control": "no-cache"})
