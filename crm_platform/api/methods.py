"""API methods: a table from name to function. Nothing is imported or found by a name that a client sends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from starlette.responses import Response

from crm_platform.api.arguments import Parameter, bind, parameters_of
from crm_platform.api.call import Call
from crm_platform.api.replies import allowed_header, allowed_response, method_response
from crm_platform.api.scope import Work
from crm_platform.documents.context import Context
from crm_platform.errors import DoesNotExistError, NotAllowedMethodError, ValidationError

READING = ("GET", "POST")
WRITING = ("POST", "PUT", "DELETE")


@dataclass(frozen=True)
class ApiMethod:
    """A function `function(ctx, **arguments)` that runs in one transaction and returns what JSON can say.

    `guest` opens it to everybody (else signed-in users only); `writes` gives it a writing transaction and closes GET;
    `brief` says that it reads little of its argument `doctype` as a rule (see Call.read_briefly).
    """

    name: str
    function: Callable[..., Any]
    guest: bool = False
    writes: bool = False
    brief: bool = False

    @property
    def verbs(self) -> tuple[str, ...]:
        return WRITING if self.writes else READING

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        return parameters_of(self.function)

    async def answer(self, call: Call) -> Response:
        return method_response(await self._run(call)(partial(self._call, call)), call.style)

    def _run(self, call: Call) -> Callable[[Work[Any]], Awaitable[Any]]:
        if self.writes:
            return call.write
        return partial(call.read_briefly, self.name, str(call.arguments.get("doctype"))) if self.brief else call.read

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


class Methods:
    """The methods of an application: `own` ones, which nothing replaces, and those of the packs that are enabled now.

    `contributed` are the functions that packs expose (hook `api_methods`); it changes with the set of enabled packs.
    `crm_platform.pack` marks the functions with `writes` and `guest`.
    """

    def __init__(self, own: Mapping[str, Method], contributed: Mapping[str, Callable[..., Any]]) -> None:
        self.own = own
        self._contributed = contributed
        self._made: dict[str, ApiMethod] = {}

    def of_pack(self, name: str) -> Method | None:
        """The method `name` of an enabled pack, as the last transaction found them."""
        function = self._contributed.get(name)
        if function is None:
            return None
        made = self._made.get(name)
        if made is None or made.function is not function:
            marks = {mark: getattr(function, f"crm_{mark}", False) for mark in ("guest", "writes")}
            made = self._made[name] = ApiMethod(name, function, **marks)
        return made

    def every(self) -> list[Method]:
        """All of them, for a description of the site."""
        packs = (self.of_pack(name) for name in self._contributed if name not in self.own)
        return [*self.own.values(), *(method for method in packs if method is not None)]


async def find_method(call: Call, name: str) -> Method | None:
    """Another process may have enabled or disabled a pack: a transaction notices it."""
    methods = call.site.methods
    if name in methods.own:
        return methods.own[name]
    await call.read(nothing)
    return methods.of_pack(name)


def nothing(ctx: Context) -> None:
    """Work that is only about beginning a transaction."""


async def call_method(call: Call, name: str) -> Response:
    """Answer a call of the method `name`, as /api/method/<name> or as the parameter `cmd`."""
    method = await find_method(call, name)
    if method is None:
        raise ValidationError("Failed to get method for command {method}: there is no such method.", method=name)
    verb = "GET" if call.verb == "HEAD" else call.verb
    if verb not in method.verbs:
        allowed = allowed_header(method.verbs)
        raise NotAllowedMethodError("{method} must be called with {allowed}.", method=name, allowed=allowed)
    call.scope.guard = "guest" if method.guest else "user"
    return await method.answer(call)


async def options(call: Call) -> Response:
    """OPTIONS on a method: the verbs that it declares."""
    method = await find_method(call, call.path("method"))
    return allowed_response(allowed_header(method.verbs if method else ()))


async def by_path(call: Call) -> Response:
    """/api/method/<name>"""
    return await call_method(call, call.path("method"))


async def by_command(call: Call) -> Response:
    """POST / and GET / with the parameter `cmd`: how Frappe's Python client calls methods."""
    command = call.arguments.pop("cmd", None)
    if not isinstance(command, str):
        raise DoesNotExistError("There is nothing at this address.")
    return await call_method(call, command)
