"""What packs may import is this list, each name documented; a change here is a change for every pack."""

from __future__ import annotations

import inspect
from types import FunctionType

import pytest

from crm_platform import pack

PUBLIC = {
    "EVERYTHING",
    "FIELD_KINDS",
    "NOTHING",
    "CRMError",
    "Compare",
    "Condition",
    "Context",
    "Document",
    "DoesNotExistError",
    "ExpressionError",
    "FieldError",
    "Job",
    "MandatoryError",
    "Manifest",
    "Pack",
    "PermissionError",
    "Task",
    "ValidationError",
    "all_of",
    "any_of",
    "apply_workflow",
    "compile_expression",
    "enqueue",
    "expression_scope",
    "find_duplicates",
    "guest",
    "hookimpl",
    "months_later",
    "queue_mail",
    "search",
    "search_tokens",
    "task",
    "writes",
}


def test_the_public_names_are_these() -> None:
    assert set(pack.__all__) == PUBLIC
    # "@…" are names that pytest adds when it rewrites assertions, as it does in what its plugins import.
    assert {name for name in vars(pack) if not name.startswith(("_", "@"))} - {"annotations"} == PUBLIC


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_public_name_is_documented(name: str) -> None:
    value = getattr(pack, name)
    own = inspect.getdoc(value) if inspect.isfunction(value) or inspect.isclass(value) else ""
    assert own or f"`{name}`" in (pack.__doc__ or ""), f"{name} says nothing about itself"


@pytest.mark.parametrize("name", sorted(n for n in PUBLIC if inspect.isclass(getattr(pack, n))))
def test_a_public_method_is_documented(name: str) -> None:
    value = getattr(pack, name)
    fields = getattr(value, "__dataclass_fields__", {})
    methods = {
        method: inspect.getdoc(function)
        for method, function in vars(value).items()
        if not method.startswith("_") and function.__class__ in (FunctionType, property) and method not in fields
    }
    assert [method for method, text in methods.items() if not text] == []
