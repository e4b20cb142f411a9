"""What no code of ours does, whoever asks: read objects from bytes, start a shell, trust a token's own header."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import crm_platform

ROOT = Path(crm_platform.__file__).parent
FORBIDDEN = frozenset({"pickle", "marshal", "shelve", "dill", "yaml", "jsonpickle", "jwt", "ldap", "ldap3"})
"""Modules that make objects of bytes; tokens that name their own algorithm; directories, which sign-in does not ask."""

SHELLS = frozenset({"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"})


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(ROOT.rglob("*.py")):
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module).partition(".")[0])
    return found


def shells(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if ast.unparse(node.func) in SHELLS:
                yield ast.unparse(node.func)
            for word in node.keywords:
                if word.arg == "shell" and not (isinstance(word.value, ast.Constant) and word.value.value is False):
                    yield "shell=…"


def test_H07_H09_G10_no_bytes_become_objects_and_no_text_reaches_a_shell() -> None:
    found = {name: (imported(tree) & FORBIDDEN) | set(shells(tree)) for name, tree in trees()}
    assert len(found) > 100
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
