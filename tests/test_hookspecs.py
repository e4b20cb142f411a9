"""Every hook is typed, documented on the reference page and used by the dummy pack."""

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

HOOKS = {name: value for name, value in vars(HookSpecs).items() if inspect.isfunction(value)}
GENERATOR = runpy.run_path(str(ROOT / "docs" / "reference_pages" / "hooks.py"))
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
    page = (ROOT / "docs" / "reference" / "hooks.md").read_text(encoding="utf-8")
    assert f"\n## {name}\n" in page


def test_the_reference_page_is_what_the_code_says() -> None:
    page = (ROOT / "docs" / "reference" / "hooks.md").read_text(encoding="utf-8")
    assert page == GENERATOR["page"](), "run: python docs/generate.py"


@each_hook
def test_the_dummy_pack_uses_a_hook(name: str, hook: Callable[..., Any]) -> None:
    assert hasattr(getattr(Lending, name, None), "crm_platform_impl")


def test_hooks_that_answer_are_asked_when_a_pack_is_taken_up() -> None:
    answering = {name for name, hook in HOOKS.items() if inspect.signature(hook).return_annotation != "None"}
    assert set(CONTRIBUTIONS) == answering
