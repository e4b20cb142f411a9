"""Every hook is typed, documented on the reference page, used by the dummy pack in tests and by a real pack."""

from __future__ import annotations

import inspect
import runpy
from collections.abc import Callable
from typing import Any

import pytest

from crm_platform.hookspecs import HookSpecs
from crm_platform.packs.hooks import CONTRIBUTIONS
from support.checkout import ROOT
from support.dummy_pack.pack import Lending

PAGE = ROOT / "docs" / "packs" / "hooks.md"
HOOKS = {name: value for name, value in vars(HookSpecs).items() if inspect.isfunction(value)}
GENERATOR = runpy.run_path(str(ROOT / "docs" / "reference_pages" / "hooks.py"))
POINTS = "packs/test_every_extension_point.py"
TESTED_BY = {
    "document_events": (POINTS, "def test_doctypes_events_and_workflow"),
    "row_filters": (POINTS, "def test_a_row_filter_narrows_lists_and_documents"),
    "api_methods": (POINTS, "def test_api_methods_by_their_marks"),
    "jinja_filters": (POINTS, "def test_a_print_format_with_the_packs_filter"),
    "form_actions": (POINTS, "def test_the_interface_learns_of_form_actions"),
    "form_suggestions": (POINTS, "def test_the_interface_learns_whom_to_ask_while_a_form_is_filled_in"),
    "overview_sections": (POINTS, "def test_the_page_of_a_document_has_the_tables_of_packs"),
    "item_sources": (POINTS, "def test_a_price_comes_from_the_packs_source_and_the_rest_from_our_own"),
    "schedules": (POINTS, "def test_work_by_the_clock"),
    "tasks": ("api/test_job_methods.py", '"lending:remind"'),
    "after_enable": (POINTS, "FIRST_SHELF"),
    "before_disable": (POINTS, "def test_before_disable_refuses_and_nothing_changes"),
}
"""Hook → the file below tests/ in which the dummy pack's implementation is driven, and what stands there."""
each_hook = pytest.mark.parametrize(("name", "hook"), HOOKS.items(), ids=list(HOOKS))


@each_hook
def test_a_hook_is_marked_typed_and_documented(name: str, hook: Callable[..., Any]) -> None:
    assert hasattr(hook, "crm_platform_spec"), "pluggy does not know it"
    signature = inspect.signature(hook)
    assert signature.return_annotation is not inspect.Signature.empty
    for parameter in list(signature.parameters.values())[1:]:
        assert parameter.annotation is not inspect.Parameter.empty
        assert f"`{parameter.name}`" in (hook.__doc__ or ""), f"the docstring does not tell of {parameter.name}"
    assert len((hook.__doc__ or "").split()) > 10


@each_hook
def test_a_hook_is_named_on_the_reference_page(name: str, hook: Callable[..., Any]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert f"\n## {name}\n" in page


def test_the_reference_page_is_what_the_code_says() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == GENERATOR["page"](), "run: python docs/generate.py"


@each_hook
def test_the_dummy_pack_uses_a_hook(name: str, hook: Callable[..., Any]) -> None:
    assert hasattr(getattr(Lending, name, None), "crm_platform_impl")


@each_hook
def test_a_real_pack_uses_a_hook_and_is_shown(name: str, hook: Callable[..., Any]) -> None:
    """What no pack of the product or of the examples needs is no hook yet."""
    assert name in GENERATOR["examples"]()
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {name}\n")[1].split("\n## ")[0]
    assert "```python\n@hookimpl\ndef " + name in section


@each_hook
def test_a_hook_is_tested(name: str, hook: Callable[..., Any]) -> None:
    file, what = TESTED_BY[name]
    assert what in (ROOT / "tests" / file).read_text(encoding="utf-8")


def test_hooks_that_answer_are_asked_when_a_pack_is_taken_up() -> None:
    answering = {name for name, hook in HOOKS.items() if inspect.signature(hook).return_annotation != "None"}
    assert set(CONTRIBUTIONS) == answering
