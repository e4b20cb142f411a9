"""Functions that are loaded when they are first called: each is there, and in the room that names it."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

import crm_platform
from crm_platform.deferred import Deferred

PACKAGE = Path(crm_platform.__file__).parent


def named() -> list[tuple[str, ast.Call]]:
    """(module, call) of each place that makes a Deferred."""
    found = []
    for file in sorted(PACKAGE.glob("*/**/*.py")):
        text = file.read_text("utf-8")
        if "Deferred(" in text:
            module = ".".join(("crm_platform", *file.relative_to(PACKAGE).with_suffix("").parts))
            calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
            found += [(module, one) for one in calls if isinstance(one.func, ast.Name) and one.func.id == "Deferred"]
    return found


def value_of(module: str, node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else getattr(import_module(module), ast.unparse(node))


def test_every_named_function_is_there_and_of_the_same_room() -> None:
    places = named()
    assert places
    for module, call in places:
        target, name = (value_of(module, argument) for argument in call.args)
        assert callable(Deferred(target, name).function)
        assert target.split(".")[1] == module.split(".")[1], f"{module} names a function of another room"


def test_it_is_loaded_at_the_first_call_and_says_its_name() -> None:
    deferred = Deferred("json", "dumps")
    assert str(deferred) == "dumps"
    assert deferred([1], separators=(",", ":")) == "[1]"
    with pytest.raises(AttributeError):
        Deferred("json", "no_such_function")()
