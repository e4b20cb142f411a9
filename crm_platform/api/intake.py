"""From a raw request to a Call: its arguments within limits, who it says it is from, the language it asks for."""

from __future__ import annotations

from starlette.requests import Request

from crm_platform.access.identify import Credentials
from crm_platform.api.body import MULTIPART, Arguments, body_arguments, content_type, query_arguments, read_body
from crm_platform.api.call import Call, Style
from crm_platform.api.cookies import SESSION_COOKIE
from crm_platform.api.language import wishes
from crm_platform.api.origin import SAFE_VERBS
from crm_platform.api.scope import Guard, Scope
from crm_platform.api.site import Site
from crm_platform.api.uploads import Multipart, read_multipart


async def receive_call(site: Site, request: Request, scope: Scope, guard: Guard, style: Style) -> Call:
    """Read the whole request; fills `scope` with what it says about its sender.

    Raises ValidationError for what is malformed, EntityTooLargeError.
    """
    query = query_arguments(request.scope["query_string"])
    wish = query.pop("_lang", "")
    if wish:
        scope.language = scope.asked_language = language_of(site, request, wish)
    body, raw, multipart = await _read_body(site, request)
    scope.guard = guard
    scope.credentials = _credentials(request, body)
    return Call(site, request, scope, style, {**query, **body}, body, raw, multipart)


async def _read_body(site: Site, request: Request) -> tuple[Arguments, bytes, Multipart | None]:
    if request.scope["method"] in SAFE_VERBS:
        return {}, b"", None
    kind, limit = content_type(request), site.options.max_body
    if kind == MULTIPART:
        multipart = await read_multipart(request, limit)
        return multipart.fields, b"", multipart
    raw = await read_body(request, limit)
    return body_arguments(kind, raw), raw, None


def language_of(site: Site, request: Request, wish: str = "") -> str:
    """The language for answers as long as the user's own is not known."""
    return site.services.negotiate(*wishes(wish, request.headers.get("accept-language", "")))


def _credentials(request: Request, body: Arguments) -> Credentials:
    """The forgery token may stand in a header or in the body, from which it is taken out."""
    token = body.pop("csrf_token", None)
    client = request.scope.get("client")
    return Credentials(
        authorization=request.headers.get("authorization", ""),
        sid=request.cookies.get(SESSION_COOKIE, ""),
        csrf_token=request.headers.get("x-frappe-csrf-token") or str(token or ""),
        unsafe=request.scope["method"] not in SAFE_VERBS,
        ip=client[0] if client else "",
    )
