"""Every API method that the site describes, called with what nobody means: each is refused in words, none fails.

The table is the site's own description, so that a new method is tried without being named here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path
from typing import Any

import httpx
import pytest

from crm_platform.testing import TestSite
from crm_platform.testing.digests import digest_of_database
from support.api_site import FULL, create
from support.crm import Crm
from support.crm_fixtures import crm_on_copy
from support.definitions import row

OTHER = "nobody@example.com"

ODD_ROW = {"name": "Odd Row", "module": "Core", "custom": 1, "istable": 1, "fields": [row("item"), row("count", "Int")]}
ODD = {
    "name": "Odd",
    "module": "Core",
    "custom": 1,
    "autoname": "prompt",
    "fields": [row("title"), row("number", "Int"), row("day", "Date"), row("rows", "Table", options="Odd Row")],
    "permissions": [{"role": "System Manager", **FULL}],
}
DOCUMENT = {"doctype": "Odd", "name": "东", "title": "东", "number": 1, "rows": [{"item": "一", "count": 1}]}

FITTING: dict[str, Any] = {
    **dict.fromkeys(("doctype", "dt"), "Odd"),
    **dict.fromkeys(("name", "dn", "docname", "keep", "reference_name"), "东"),
    **dict.fromkeys(("user", "assign_to"), OTHER),
    "reference_doctype": "Odd",
    "doc": DOCUMENT,
    "docs": [DOCUMENT],
    "names": ["东"],
    "docnames": ["东"],
    "others": ["西"],
    "fieldname": "title",
    "filters": {"title": "东"},
    "identity": "somebody@example.com",
    "expression": "doc.number > 1",
    "wanted": {"Odd": ["东"]},
    "definitions": [{"doctype": "Custom Field", "dt": "Odd", "fieldname": "more", "fieldtype": "Data", "label": "M"}],
    "removed": [{"doctype": "Custom Field", "name": "Odd-more"}],
    "mapping": {"columns": {"A": "title"}},
    "rollup": {"source": "Odd", "link": "title", "function": "sum", "field": "number"},
    "card": {"label": "数", "document_type": "Odd", "function": "Count", "filters_json": "[]"},
    "chart": {
        "chart_name": "图",
        "chart_type": "Count",
        "document_type": "Odd",
        "based_on": "creation",
        "timeseries": 1,
        "time_interval": "Monthly",
        "timespan": "Last Year",
        "filters_json": "[]",
    },
    "report": {"report_name": "表", "ref_doctype": "Odd", "report_type": "Report Builder", "json": "{}"},
    "rule": {
        "title": "规则",
        "document_type": "Odd",
        "event": "validate",
        "condition": "doc.number > 1",
        "actions": [],
    },
    "print_format": {"name": "纸", "doc_type": "Odd", "html": "{{ doc.title }}", "css": ""},
    "workflow": {
        "workflow_name": "流程",
        "document_type": "Odd",
        "workflow_state_field": "title",
        "states": [{"state": "Draft", "doc_status": "0", "allow_edit": "System Manager"}],
        "transitions": [{"state": "Draft", "action": "Go", "next_state": "Draft", "allowed": "System Manager"}],
    },
}
"""Arguments by their name, so that the odd one beside them is what a method meets; others are made by their type."""

BY_TYPE = {"integer": 1, "boolean": True, "object": {}, "array": [], "string": "x", "number": 1.0}

UNPRINTED = {"name": "NOPE", "names": ["NOPE"]}
FITTING_FOR: dict[str, dict[str, Any]] = {
    "crm.print.preview": UNPRINTED,
    "frappe.utils.print_format.download_pdf": UNPRINTED,
    "frappe.utils.print_format.download_multi_pdf": {"name": ["NOPE"]},
}
"""Paper takes long and is tried elsewhere."""

Taken = Callable[[Any], bool]


TAKES: dict[str, Taken] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
}
CANDIDATES: tuple[Any, ...] = (True, 1.5, 2, "maybe", [1], {"a": 1})

TEXTS = ("", " ", "\0", "\ud800", "长" * 5000, "%'\"\\;--", "../../etc/passwd", "{{7*7}}", "[[", -1, 10**30, 1e300)
NUMBERS = (0, -1, 2**31, 10**17, -(10**17), 10**30, "9" * 18)
OBJECTS: tuple[Any, ...] = (
    {},
    {"": None},
    {"a": {"b": [{"c": None}]}},
    {"doctype": []},
    {"doctype": "Odd", "name": {}},
    {"doctype": "Odd", "rows": {"a": 1}},
    {"doctype": "Odd", "rows": [1]},
    {"name": ["in", {"a": 1}]},
)
LISTS: tuple[Any, ...] = (
    [],
    [None],
    [1.5],
    [[]],
    [{}],
    [[[["x"]]]],
    ["东"] * 2000,
    [{"doctype": 1}],
    [["name", "=", {}]],
    [["name", "in", {"a": 1}]],
    [["name", "between", [None, {}]]],
)
ODD_VALUES: dict[str, tuple[Any, ...]] = {
    "string": TEXTS,
    "integer": NUMBERS,
    "number": NUMBERS,
    "boolean": (True, False, "0", None),
    "object": OBJECTS,
    "array": LISTS,
}
LEAVES: tuple[Any, ...] = (None, True, [1], {"a": [1]}, 10**30, "\0", "长" * 5000)

NEEDS_ARGUMENTS_LATE = frozenset({"upload_file", "crm.site_layer.read", "login"})
"""Methods that look at files or at who asks before they look at their arguments."""

CHANGE_BY_GET = {
    "logout": "Frappe's clients sign out by GET, and it harms nobody",
    "crm.desk.boot": "gives a session its token against forged requests, nothing that anybody sees changes",
}


@dataclass(frozen=True)
class Argument:
    """One argument as the site describes it."""

    name: str
    types: frozenset[str]
    """JSON types that it takes; empty for anything."""
    required: bool

    @property
    def fitting(self) -> Any:
        made = next((BY_TYPE[one] for one in BY_TYPE if one in self.types), "x")
        return FITTING.get(self.name, made)

    def wrong(self) -> list[Any]:
        """Values of a type that it does not take."""
        found = [value for value in CANDIDATES if self.types and not any(TAKES[one](value) for one in self.types)]
        return [*found, None] if self.required and self.types else found

    def odd(self) -> Iterator[Any]:
        """Values of a type that it takes and of which nobody thinks."""
        for one in self.types or ODD_VALUES:
            yield from ODD_VALUES[one]
        if isinstance(self.fitting, dict | list):
            yield from spoilt(self.fitting)


def spoilt(value: Any) -> Iterator[Any]:
    """The value with one place in it changed at a time."""
    places = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(places):
        for leaf in (*LEAVES, *(spoilt(inner) if isinstance(inner, dict | list) else ())):
            changed = deepcopy(value)
            changed[key] = leaf
            yield changed


@dataclass(frozen=True)
class Described:
    """A method of the description."""

    name: str
    verbs: frozenset[str]
    arguments: tuple[Argument, ...] = field(default=())

    def sent(self, **changed: Any) -> dict[str, Any]:
        """Arguments that fit, but for those that are given."""
        own = FITTING_FOR.get(self.name, {})
        fitting = {one.name: own.get(one.name, one.fitting) for one in self.arguments if one.required}
        return {**fitting, **changed}


def types_of(schema: dict[str, Any]) -> frozenset[str]:
    if "anyOf" in schema:
        return frozenset().union(*(types_of(one) for one in schema["anyOf"])) - {"null"}
    named = schema.get("type", "boolean" if "enum" in schema else [])
    return frozenset([named] if isinstance(named, str) else named)


def described(crm: Crm) -> list[Described]:
    found = []
    for path, operations in crm.admin.get("/api/openapi.json").json()["paths"].items():
        if not path.startswith("/api/method/"):
            continue
        content = operations["post"].get("requestBody", {}).get("content", {})
        body = next(iter(content.values()))["schema"] if content else {}
        arguments = tuple(
            Argument(name, types_of(schema), name in body.get("required", ()))
            for name, schema in body.get("properties", {}).items()
        )
        found.append(Described(path.removeprefix("/api/method/"), frozenset(operations), arguments))
    return found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, packs_template: Path) -> Iterator[Crm]:
    """The standard CRM with every pack, on a copy of its own: much is changed here that nobody looks at again."""
    with crm_on_copy(tmp_path_factory.mktemp("odd") / "site", packs_template) as made:
        made.make_user(OTHER, "Sales User")
        for definition in (ODD_ROW, ODD):
            create(made.admin, "DocType", definition)
        yield made


def ask(crm: Crm, method: Described, arguments: dict[str, Any], style: str = "") -> httpx.Response:
    """As JSON text of our own: a client's library would refuse half a surrogate itself."""
    headers = {"content-type": "application/json"}
    return crm.admin.post(f"/api/{style}method/{method.name}", content=json.dumps(arguments), headers=headers)


def fault_of(answer: httpx.Response) -> str:
    """What is wrong with an answer; empty when it is done, or refused with a sentence."""
    if answer.status_code < 400:
        return ""
    if answer.status_code >= 500 or "Traceback" in answer.text:
        return f"{answer.status_code} {answer.text[:600]}"
    body = answer.json()
    told = body.get("exc_type") and body.get("_server_messages")
    return "" if told else f"no sentence: {answer.text[:300]}"


def shown(value: Any) -> str:
    return repr(value)[:120]


def in_shares(usual: int) -> pytest.MarkDecorator:
    """One in `usual` of the values, others for each argument; in a long run all."""
    return pytest.mark.parametrize(
        "share", [usual, pytest.param(1, marks=[pytest.mark.soak, pytest.mark.timeout(1800)])]
    )


@in_shares(3)
def test_a_value_of_another_type_is_refused_by_the_argument_s_name(site: Crm, share: int) -> None:
    failures, turn = [], count()
    for method in described(site):
        for argument in method.arguments if method.name not in NEEDS_ARGUMENTS_LATE else ():
            for value in islice(argument.wrong(), next(turn) % share, None, share):
                answer = ask(site, method, method.sent(**{argument.name: value}))
                faults = [fault["field"] for fault in answer.json().get("errors", ())]
                if (answer.status_code, faults) != (417, [argument.name]):
                    failures.append(f"{method.name}({argument.name}={shown(value)}): {answer.text[:300]}")
    assert not failures, "\n".join(failures)


@in_shares(15)
def test_no_value_makes_a_method_fail(site: Crm, share: int) -> None:
    failures, turn = [], count()
    for method in described(site):
        site.admin.post("/api/resource/Odd", json=DOCUMENT)
        for argument in method.arguments:
            for value in islice(argument.odd(), next(turn) % share, None, share):
                fault = fault_of(ask(site, method, method.sent(**{argument.name: value})))
                if fault:
                    failures.append(f"{method.name}({argument.name}={shown(value)}): {fault}")
    assert not failures, "\n".join(failures)
    assert site.admin.get("/api/method/frappe.auth.get_logged_user").json() == {"message": "Administrator"}


def test_v2_refuses_in_the_same_words(site: Crm) -> None:
    for method in described(site):
        for argument in method.arguments[:1] if method.name not in NEEDS_ARGUMENTS_LATE else ():
            for value in argument.wrong()[:1]:
                sent = method.sent(**{argument.name: value})
                first, second = (ask(site, method, sent, style) for style in ("", "v2/"))
                assert second.status_code == first.status_code == 417, method.name
                told = second.json()["errors"][0]
                assert (told["type"], told["message"]) == (
                    first.json()["exc_type"],
                    first.json()["errors"][0]["message"],
                ), method.name


def test_what_changes_something_refuses_GET(site: Crm) -> None:
    changing = [method for method in described(site) if "get" not in method.verbs]
    assert len(changing) > 50
    for method in changing:
        answer = site.admin.get(f"/api/method/{method.name}")
        assert (answer.status_code, answer.json()["exc_type"]) == (405, "NotAllowedMethodError"), method.name


def test_what_answers_to_GET_changes_nothing(site: Crm) -> None:
    """But for the audit log, which tells who exported what."""
    whole = TestSite(site.site)
    methods = [method for method in described(site) if "get" in method.verbs]
    assert {method.name for method in methods} > CHANGE_BY_GET.keys()
    before = digest_of_database(whole)
    for method in methods:
        if method.name not in CHANGE_BY_GET:
            sent = {
                name: value if isinstance(value, str) else json.dumps(value) for name, value in method.sent().items()
            }
            assert site.admin.get(f"/api/method/{method.name}", params=sent).status_code < 500, method.name
    after = digest_of_database(whole)
    assert [name for name in before if before[name] != after.get(name)] == []
