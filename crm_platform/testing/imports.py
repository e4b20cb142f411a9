"""What the code of a pack imports of the platform: the pack API, and nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.resources.abc import Traversable

from crm_platform.testing.sources import files_below

PLATFORM = "crm_platform"
ALLOWED = ("crm_platform.pack",)


def foreign_imports(folder: Traversable, package: str) -> list[str]:
    """One sentence for each import, in the Python files of `folder`, of a part of the platform that no pack may know.

    `package` is the import name of the folder: what lies in it may import itself.
    """
    allowed = (*ALLOWED, package)
    return [
        f"{place}:{line} imports {name}. A pack imports crm_platform.pack only; what that lacks is a missing hook."
        for place, file in files_below(folder, ".py")
        for line, name in _imports(file.read_text(encoding="utf-8"))
        if name.split(".")[0] == PLATFORM and not any(name == one or name.startswith(f"{one}.") for one in allowed)
    ]


def _imports(source: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            whole = node.module == PLATFORM
            yield from ((node.lineno, f"{PLATFORM}.{alias.name}" if whole else node.module) for alias in node.names)
