"""Arguments by annotation: what each type takes, what it refuses, and names that nobody may send."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.api.arguments import bind, parameters_of
from crm_platform.documents.context import Context
from crm_platform.errors import ValidationError
from support.sabotage import defended_by


def method(  # noqa: PLR0917 one of every kind
    ctx: Context,
    text: str,
    number: int = 1,
    share: float = 0.5,
    truth: bool = False,
    record: dict[str, Any] | None = None,
    rows: list[Any] | None = None,
    either: dict[str, Any] | str = "x",
    anything: Any = None,
) -> None:
    """Has a parameter of every kind."""


PARAMETERS = parameters_of(method)


def bound(**sent: Any) -> dict[str, Any]:
    return bind("method", PARAMETERS, {"text": "t", **sent})


@pytest.mark.parametrize(
    ("name", "sent", "taken"),
    [
        ("text", 12, "12"),
        ("text", "", ""),
        ("number", "-7", -7),
        ("number", 7, 7),
        ("share", "0.25", 0.25),
        ("share", 2, 2.0),
        ("truth", "1", True),
        ("truth", 0, False),
        ("truth", "False", False),
        ("record", '{"a": 1}', {"a": 1}),
        ("record", {"a": 1}, {"a": 1}),
        ("rows", "[1]", [1]),
        ("either", "name", "name"),
        ("either", '"quoted name"', "quoted name"),
        ("either", '{"a": 1}', {"a": 1}),
        ("anything", None, None),
        ("anything", [1], [1]),
    ],
)
def test_a_value_becomes_what_the_annotation_says(name: str, sent: Any, taken: Any) -> None:
    assert bound(**{name: sent})[name] == taken


@pytest.mark.parametrize("sent", ["", None])
@pytest.mark.parametrize("name", ["number", "share", "truth", "record", "rows"])
def test_an_empty_value_leaves_the_default(name: str, sent: Any) -> None:
    assert name not in bound(**{name: sent})


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("text", ["a"]),
        ("text", True),
        ("number", "1.5"),
        ("number", True),
        ("number", "९" * 2),
        ("number", "9" * 19),
        ("share", "much"),
        ("truth", "maybe"),
        ("truth", 2),
        ("record", "[1]"),
        ("record", "{broken"),
        ("rows", {"a": 1}),
        ("either", 1.5j),
    ],
)
def test_another_value_is_refused_by_name(name: str, sent: Any) -> None:
    with pytest.raises(ValidationError) as refusal:
        bound(**{name: sent})
    assert refusal.value.status == 417


@defended_by("crm_platform.api.arguments:INTERNAL", replace_with=re.compile("never"))
@given(st.from_regex(r"(ignore|in|skip|bypass|as|for)_[a-z]+|flags|ctx|self|__[a-z]+__", fullmatch=True))
def test_C03_a_name_of_the_inside_is_refused(name: str) -> None:
    if name in ("as_dict", "as_list"):
        return
    with pytest.raises(ValidationError, match="takes no argument"):
        bound(**{name: 1})


def test_surplus_names_are_ignored_and_missing_ones_are_not() -> None:
    assert bound(cmd="x", debug=1) == {"text": "t"}
    with pytest.raises(ValidationError, match="needs the argument text"):
        bind("method", PARAMETERS, {})


def test_a_type_that_no_client_can_send_is_found_when_the_table_is_made() -> None:
    def broken(ctx: Context, when: complex) -> None:
        """Nobody can call this."""

    with pytest.raises(KeyError):
        parameters_of(broken)
