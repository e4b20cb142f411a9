"""All hooks, from the declarations in crm_platform/hookspecs.py."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator

from crm_platform.documents.events import EVENTS
from crm_platform.hookspecs import HookSpecs

PAGE = "hooks.md"
INTRODUCTION = """# Hooks

What a pack may implement: methods of its `Pack` class marked with `crm_platform.pack.hookimpl`. Nothing else is called
by name, and a method of another name with this mark is refused.
[Write a pack](../how-to/write-a-pack.md) shows them at work.

This page is made from `crm_platform/hookspecs.py` by `python docs/generate.py`.
"""


def hooks() -> list[tuple[str, Callable[..., object]]]:
    """Names and declarations in the order of the source."""
    return [(name, value) for name, value in vars(HookSpecs).items() if inspect.isfunction(value)]


def page() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, _prose(HookSpecs), *_sections(), _events()])


def _sections() -> Iterator[str]:
    for name, hook in hooks():
        signature = f"def {name}{inspect.signature(hook)}".replace("'", "")
        yield f"\n## {name}\n\n```text\n{signature}\n```\n\n{_prose(hook)}"


def _prose(documented: object) -> str:
    """The docstring as paragraphs."""
    return inspect.cleandoc(documented.__doc__ or "")


def _events() -> str:
    listed = "\n".join(f"- `{event}`" for event in EVENTS)
    return f"\n\n## Document events\n\n{listed}\n"
