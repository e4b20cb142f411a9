"""Every address and every method of the API, from the route table and the method table."""

from __future__ import annotations

import re
from itertools import groupby

from crm_platform.api.app import BUILT_IN, COMMANDS, ROUTES
from crm_platform.api.methods import ApiMethod, Method, method_table
from crm_platform.api.routing import Route
from crm_platform.desk.routes import desk_methods, desk_routes
from reference_pages.markdown import code, first_sentences, opening, table

PAGE = "rest.md"
PROSE = """The addresses of a site. Bodies, parameters and answers are described by the site itself, with its own
DocTypes and the methods of its packs, at `/api/openapi.json`. What differs from Frappe: [Clients of
Frappe](../how-to/frappe-clients.md).

*Who* says who gets past the door: *guest* everybody, *user* whoever is signed in, *policy* whoever the permissions
of the DocType let, *method* as the method says. Behind the door the permissions of documents decide in every case.
One slash at the end of an address is ignored. `HEAD` works where `GET` does."""
INTERNAL = re.compile(r" \(contract §\d+\)")
"""What only readers of the source can follow."""

METHODS = "Called as `/api/method/<name>`, or at `/` with the parameter `cmd`. Packs add their own."
WHO = {True: "guest", False: "user"}


def page() -> str:
    """The whole page."""
    methods = method_table(*BUILT_IN, desk_methods())
    return "\n".join(
        [
            opening("REST", PROSE, "the route table and the method table of `crm_platform/api`"),
            "## Addresses\n",
            table(("address", "verbs", "who"), _addresses((*ROUTES, *COMMANDS, *desk_routes()))),
            f"\n## Methods\n\n{METHODS}\n",
            table(
                ("method", "verbs", "who", "parameters", "does"), [_method(methods[name]) for name in sorted(methods)]
            ),
            "",
        ]
    )


def _addresses(routes: tuple[Route, ...]) -> list[tuple[str, str, str]]:
    found: dict[str, list[Route]] = {}
    for route in routes:
        found.setdefault(route.path.replace(":path", ""), []).append(route)
    return [
        (code(path), ", ".join(dict.fromkeys(r.verb for r in group)), _guards(group)) for path, group in found.items()
    ]


def _guards(routes: list[Route]) -> str:
    return ", ".join(guard for guard, _ in groupby(route.guard for route in routes if route.verb != "OPTIONS"))


def _method(method: Method) -> tuple[str, ...]:
    parameters = ", ".join(code(parameter.name) for parameter in method.parameters)
    function = method.function if isinstance(method, ApiMethod) else method.handler
    return (
        code(method.name),
        ", ".join(method.verbs),
        WHO[method.guest],
        parameters,
        INTERNAL.sub("", first_sentences(function)),
    )
