"""API methods: a table from name to function. Nothing is imported or found by a name that a client sends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from starlette.responses import Response

from crm_platform.api.arguments import Parameter, bind, parameters_of
from crm_platform.api.call import Call
from crm_platform.api.replies import method_response
from crm_platform.documents.context import Context
from crm_platform.errors import DoesNotExistError, NotAllowedMethodError, ValidationError

READING = ("GET", "POST")
WRITING = ("POST", "PUT")


@dataclass(frozen=True)
class ApiMethod:
    """A function `function(ctx, **arguments)` that runs in one transaction and returns what JSON can say.

    `guest` opens it to everybody (else signed-in users only); `writes` gives it a writing transaction and closes GET.
    """

    name: str
    function: Callable[..., Any]
    guest: bool = False
    writes: bool = False

    @property
    def verbs(self) -> tuple[str, ...]:
        return WRITING if self.writes else READING

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        return parameters_of(self.function)

    async def answer(self, call: Call) -> Response:
        run = call.write if self.writes else call.read
        return method_response(await run(partial(self._call, call)), call.style)

    def _call(self, call: Call, ctx: Context) -> Any:
        """The arguments are looked at last: who may not call learns nothing about them."""
        return self.function(ctx, **bind(self.name, self.parameters, call.arguments))


@dataclass(frozen=True)
class ShellMethod:
    """A method that deals with the request itself: cookies, uploads, several transactions, work outside of them.

    `handler(call, **arguments)`; `consumes` and `produces` are its media types.
    """

    name: str
    handler: Callable[..., Awaitable[Response]]
    guest: bool = False
    writes: bool = False
    verbs: tuple[str, ...] = READING
    consumes: str = "application/json"
    produces: str = "application/json"

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        return parameters_of(self.handler)

    async def answer(self, call: Call) -> Response:
        if not self.guest:
            await call.read(_enter)
        return await self.handler(call, **bind(self.name, self.parameters, call.arguments))


Method = ApiMethod | ShellMethod


def _enter(ctx: Context) -> None:
    """Nothing: the scope's guard has done its work when this is reached."""


def method_table(*groups: Iterable[Method]) -> Mapping[str, Method]:
    """All methods by name. Raises ValidationError when two have the same."""
    table: dict[str, Method] = {}
    for group in groups:
        for method in group:
            if method.name in table:
                raise ValidationError("Two API methods are called {method}: rename one.", method=method.name)
            table[method.name] = method
    return table


def pack_methods(functions: Mapping[str, Callable[..., Any]]) -> list[Method]:
    """Methods from the functions that packs expose; `crm_platform.pack` marks them with `writes` and `guest`."""
    return [
        ApiMethod(name, function, guest=getattr(function, "guest", False), writes=getattr(function, "writes", False))
        for name, function in functions.items()
    ]


async def call_method(call: Call, name: str) -> Response:
    """Answer a call of the method `name`, as /api/method/<name> or as the parameter `cmd`."""
    method = call.site.methods.get(name)
    if method is None:
        raise ValidationError("Failed to get method for command {method}: there is no such method.", method=name)
    verb = "GET" if call.verb == "HEAD" else call.verb
    if verb not in method.verbs:
        allowed = ", ".join(method.verbs)
        raise NotAllowedMethodError("{method} must be called with {allowed}.", method=name, allowed=allowed)
    call.scope.guard = "guest" if method.guest else "user"
    return await method.answer(call)


async def by_path(call: Call) -> Response:
    """/api/method/<name>"""
    return await call_method(call, call.path("method"))


async def by_command(call: Call) -> Response:
    """POST / and GET / with the parameter `cmd`: how Frappe's Python client calls methods."""
    command = call.arguments.pop("cmd", None)
    if not isinstance(command, str):
        raise DoesNotExistError("There is nothing at this address.")
    return await call_method(call, command)
