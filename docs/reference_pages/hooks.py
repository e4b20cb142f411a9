"""All hooks, from the declarations in crm_platform/hookspecs.py, each with an example out of a real pack."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

from crm_platform.documents.events import EVENTS
from crm_platform.hookspecs import HookSpecs

PAGE = "../packs/hooks.md"
ROOT = Path(__file__).resolve().parents[2]
REAL_PACKS = ("examples/*_pack/src/*/pack.py", "plugins/*/pack.py")
"""The packs that examples come from: those that are short first."""

INTRODUCTION = """# Hooks

What a pack may implement: methods of its `Pack` class marked with `crm_platform.pack.hookimpl`. Nothing else is called
by name, and a method of another name with this mark is refused.
[The tutorial](tutorial.md) shows them at work; each example here is that of a real pack.

This page is made from `crm_platform/hookspecs.py` and the packs by `python docs/generate.py`.
"""


def hooks() -> list[tuple[str, Callable[..., object]]]:
    """Names and declarations in the order of the source."""
    return [(name, value) for name, value in vars(HookSpecs).items() if inspect.isfunction(value)]


def page() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, _prose(HookSpecs), *_sections(), _events()])


def examples() -> dict[str, tuple[str, str]]:
    """Hook → (file of the pack, source of its implementation); of several packs the shortest one."""
    found: dict[str, tuple[str, str]] = {}
    for pattern in REAL_PACKS:
        for path in sorted(ROOT.glob(pattern)):
            for name, source in _implementations(path.read_text(encoding="utf-8")):
                if name not in found or len(source) < len(found[name][1]):
                    found[name] = (path.relative_to(ROOT).as_posix(), source)
    return found


def _implementations(source: str) -> Iterator[tuple[str, str]]:
    """Name and source of every method with the mark `hookimpl`."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and any(ast.unparse(one) == "hookimpl" for one in node.decorator_list):
            first = node.decorator_list[0].lineno - 1
            yield node.name, textwrap.dedent("\n".join(lines[first : node.end_lineno]))


def _sections() -> Iterator[str]:
    real = examples()
    for name, hook in hooks():
        signature = f"def {name}{inspect.signature(hook)}".replace("'", "")
        yield f"\n## {name}\n\n```text\n{signature}\n```\n\n{_prose(hook)}"
        if name in real:
            file, source = real[name]
            yield f"\nIn `{file}`:\n\n```python\n{source}\n```"


def _prose(documented: object) -> str:
    """The docstring as paragraphs."""
    return inspect.cleandoc(documented.__doc__ or "")


def _events() -> str:
    listed = "\n".join(f"- `{event}`" for event in EVENTS)
    return f"\n\n## Document events\n\n{listed}\n"
