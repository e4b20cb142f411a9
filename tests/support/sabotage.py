"""Sabotage: an attack or fault test names the defence that it is about; without that defence it must turn red.

    @defended_by("crm_platform.documents.guards:check_protected", replace_with=nothing)
    def test_C01_users_do_not_raise_themselves(...): ...

`pytest -m sabotage` runs every such test in a child pytest with its defence replaced. A test with several of these
marks has lines of defence behind each other, and they are taken away together.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ATTACK = re.compile(r"test_(?:[A-IX]\d\d_)+")
MARK = "defended_by"


def defended_by(target: str, *, replace_with: object) -> pytest.MarkDecorator:
    """Mark a test with its defence: `target` is "module:attribute", where it is looked up when it is used."""
    return pytest.mark.defended_by(target, replace_with)


def nothing(*_: Any, **__: Any) -> None:
    """A check that never refuses."""


def yes(*_: Any, **__: Any) -> bool:
    """A question that is always answered by yes."""
    return True


def no(*_: Any, **__: Any) -> bool:
    """A question that is always answered by no."""
    return False


def unchanged(value: Any, *_: Any, **__: Any) -> Any:
    """A conversion that gives back what it got."""
    return value


def always(value: Any) -> Callable[..., Any]:
    """A function that gives `value` whatever it is asked."""
    return lambda *_, **__: value


@dataclass(frozen=True)
class AttackTest:
    """An attack or fault test: its file below tests/, its name, and the targets of its marks."""

    file: str
    name: str
    defences: tuple[str, ...]

    @property
    def defended(self) -> bool:
        return bool(self.defences)

    @property
    def id(self) -> str:
        return f"{self.file}::{self.name}"


def attack_tests(folder: Path) -> list[AttackTest]:
    """All of them below `folder`, read from the sources."""
    return [test for path in sorted(folder.rglob("test_*.py")) for test in _in_file(folder, path)]


def _in_file(folder: Path, path: Path) -> Iterator[AttackTest]:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    texts = {
        ast.unparse(node.targets[0]): node.value.value
        for node in body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    }
    for node in body:
        if isinstance(node, ast.FunctionDef) and ATTACK.match(node.name):
            yield AttackTest(path.relative_to(folder).as_posix(), node.name, tuple(_defences(node, texts)))


def _defences(node: ast.FunctionDef, texts: Mapping[str, Any]) -> Iterator[str]:
    """The targets of the marks, each a text or the name of one (`texts`)."""
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == MARK:
            target = decorator.args[0]
            yield target.value if isinstance(target, ast.Constant) else texts[ast.unparse(target)]
