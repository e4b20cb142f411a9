"""The route table's rows, and the ASGI endpoint that answers one path: verbs, limits, errors and headers."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from secrets import token_hex

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute
from starlette.types import Receive, Send
from starlette.types import Scope as AsgiScope

from crm_platform.access.identify import Credentials
from crm_platform.api import errors
from crm_platform.api.call import Call, Style
from crm_platform.api.cookies import clear_session
from crm_platform.api.intake import language_of, receive_call
from crm_platform.api.origin import check_host, check_origin
from crm_platform.api.replies import CACHING, HEADERS, Profile, allowed_header, allowed_response, json_response
from crm_platform.api.scope import Guard, Scope
from crm_platform.api.site import Site
from crm_platform.errors import CRMError, NotAllowedMethodError, ServerError, SessionExpiredError

Handler = Callable[[Call], Awaitable[Response]]

FAULT = "The server could not do this, and nothing was saved. Tell the administrator the number {request}."

log = logging.getLogger("crm_platform.api")


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the route table: everything that must be declared about one verb of one path.

    `guard` says who may enter, `writes` whether the handler changes data (or calls something that may).
    """

    verb: str
    path: str
    handler: Handler
    guard: Guard
    writes: bool
    style: Style = "v1"
    profile: Profile = "api"


def starlette_routes(site: Site, routes: Iterable[Route]) -> list[StarletteRoute]:
    """Group the table by path, in its order, into ASGI endpoints."""
    paths: dict[str, dict[str, Route]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.verb] = route
    return [_route(path, Endpoint(site, verbs)) for path, verbs in paths.items()]


def _route(path: str, endpoint: Endpoint) -> StarletteRoute:
    """A Starlette route whose last part also takes line breaks: a name with one is to be not found as any other."""
    route = StarletteRoute(path, endpoint)
    route.path_regex = re.compile(route.path_regex.pattern, re.DOTALL)
    return route


class Endpoint:
    """Answers all verbs of one path."""

    def __init__(self, site: Site, verbs: Mapping[str, Route]) -> None:
        self.site = site
        self.verbs = {**verbs, **({"HEAD": verbs["GET"]} if "GET" in verbs else {})}
        self.allowed = allowed_header(verbs)
        self.any_route = next(iter(verbs.values()))

    async def __call__(self, asgi: AsgiScope, receive: Receive, send: Send) -> None:
        request = Request(asgi, receive)
        request_id = token_hex(8)
        response = await self._respond(request, request_id)
        route = self.verbs.get(asgi["method"], self.any_route)
        response.raw_headers.extend(HEADERS[route.profile])
        response.raw_headers.append((b"x-request-id", request_id.encode()))
        response.headers.setdefault("cache-control", CACHING[route.profile].decode())
        if asgi["method"] == "HEAD":
            response = _without_body(response)
        await response(asgi, receive, send)

    async def _respond(self, request: Request, request_id: str) -> Response:
        verb: str = request.scope["method"]
        route = self.verbs.get(verb)
        if verb == "OPTIONS" and route is None:
            return allowed_response(self.allowed)
        scope = Scope(self.site, Credentials(), request_id, language_of(self.site, request), self.any_route.guard)
        try:
            if route is None:
                template = "{verb} is not allowed here; allowed: {allowed}."
                raise NotAllowedMethodError(template, verb=verb, allowed=self.allowed)
            return await self._handle(route, request, scope)
        except CRMError as error:
            return self._refuse(error, request, scope)
        except ClientDisconnect:
            return Response(status_code=499)
        except Exception:  # the edge: whatever else happened is our fault, told to the log only
            log.exception("Request %s failed", request_id)
            return self._refuse(ServerError(FAULT, request=request_id), request, scope)

    async def _handle(self, route: Route, request: Request, scope: Scope) -> Response:
        check_host(request.headers, self.site.options.hosts)
        check_origin(route.verb, request.headers)
        call = await receive_call(self.site, request, scope, route.guard, route.style)
        try:
            return await route.handler(call)
        finally:
            if call.multipart is not None:
                await call.multipart.close()

    def _refuse(self, error: CRMError, request: Request, scope: Scope) -> Response:
        translate = partial(self.site.runtime.translate, scope.language)
        shape = errors.v1_body if self.any_route.style == "v1" else errors.v2_body
        body = shape(error, translate)
        if error.status >= 500:
            body["request_id"] = scope.request_id
        response = json_response(body, error.status)
        for header, parameter in (("allow", "allowed"), ("retry-after", "retry_after")):
            if parameter in error.params:
                response.headers[header] = str(error.params[parameter])
        if isinstance(error, SessionExpiredError):
            clear_session(response, secure=request.scope["scheme"] == "https")
        return response


def _without_body(response: Response) -> Response:
    response.body = b""
    return response
