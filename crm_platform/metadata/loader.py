"""Reads definition records from a file or folder; what cannot be read becomes a Problem and stops nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath
from typing import Any

import orjson

from crm_platform.metadata.json_text import JSONTextError, line_of, parse
from crm_platform.metadata.layouts import COMPANIONS, LOOSE_KINDS, SKIPPED_FOLDERS, TEST_RECORDS, Place, place_of
from crm_platform.metadata.problems import Problem
from crm_platform.metadata.records import Definition, name_of
from crm_platform.metadata.shape import check_shape

MAX_FOLDER_DEPTH = 16
"""A link that leads back to a folder above it ends here."""


@dataclass(frozen=True)
class Loaded:
    """What a folder holds: its definitions, sorted by file, and every fault found while reading."""

    definitions: tuple[Definition, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass
class _File:
    """One JSON file while it is read; collects its definitions and problems."""

    source: str
    place: Place
    path: Traversable
    siblings: Mapping[str, Traversable]
    data: bytes = b""
    definitions: list[Definition] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def fault(self, template: str, remedy: str, line: int = 0, **params: Any) -> None:
        self.problems.append(Problem("D001", template, remedy, source=self.source, line=line, params=params))

    def warn(self, template: str, remedy: str, line: int = 0, **params: Any) -> None:
        found = Problem("D001", template, remedy, level="warning", source=self.source, line=line, params=params)
        self.problems.append(found)


def load(root: Traversable, label: str = "") -> Loaded:
    """Read every definition in the file or folder `root`, in Frappe's or in our layout.

    `label` is how messages name `root` (by default its own path). Never raises for what is in the files.
    """
    label = label or str(root)
    found: list[_File] = []
    if root.is_file():
        found.append(_named_file(root, label))
    elif root.is_dir():
        found.extend(_walk(root, label, (root.name,)))
    else:
        missing = Problem("D001", "There is no file or folder {path}.", "Check the path.", params={"path": label})
        return Loaded(problems=(missing,))
    for file in found:
        _read(file)
    return Loaded(
        tuple(definition for file in found for definition in file.definitions),
        tuple(problem for file in found for problem in file.problems),
    )


def read_records(bodies: Sequence[Any], label: str) -> Loaded:
    """The definitions among `bodies`, JSON values that came another way than in a file; faults name them `label`."""
    file = _File(label, Place("record"), Path(label), {}, orjson.dumps(bodies))
    _read_records(file, list(bodies))
    return Loaded(tuple(file.definitions), tuple(file.problems))


def _named_file(path: Traversable, label: str) -> _File:
    """A file that a person names must hold definitions, wherever it stands."""
    place = place_of(PurePosixPath(label).parts[-3:])
    return _File(label, Place("record") if place.shape == "loose" else place, path, {})


def _walk(folder: Traversable, label: str, parts: tuple[str, ...]) -> Iterator[_File]:
    entries = {entry.name: entry for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)}
    for name, entry in entries.items():
        if name.startswith(".") or name in SKIPPED_FOLDERS or name == TEST_RECORDS:
            continue
        if name.endswith(".json") and entry.is_file():
            yield _File(f"{label}/{name}", place_of((*parts, name)), entry, entries)
        elif len(parts) < MAX_FOLDER_DEPTH and entry.is_dir():
            yield from _walk(entry, f"{label}/{name}", (*parts, name))


def _read(file: _File) -> None:
    try:
        file.data = file.path.read_bytes()
        if file.place.shape == "loose" and b'"doctype"' not in file.data:
            _warn_of_damage(file)
            return
        content = parse(file.data)
    except JSONTextError as error:
        file.fault("The file is no valid JSON: {reason}", "Correct it at this line.", error.line, reason=error.reason)
        return
    except OSError as error:
        file.fault(
            "The file cannot be read: {reason}", "Check its rights.", reason=error.strerror or type(error).__name__
        )
        return
    _SHAPES[file.place.shape](file, content)


def _warn_of_damage(file: _File) -> None:
    """A file that no longer says what it is: it may be half of a definition."""
    try:
        parse(file.data)
    except JSONTextError as error:
        remedy = "It is left out. Correct it if it holds a definition."
        file.warn("The file is no valid JSON: {reason}", remedy, error.line, reason=error.reason)


def _read_records(file: _File, content: Any) -> None:
    many = isinstance(content, list)
    for index, body in enumerate(content if many else [content]):
        path: tuple[str | int, ...] = (index,) if many else ()
        if not isinstance(body, dict):
            file.fault(
                "A definition must be an object of keys and values.",
                "Write {{…}} here.",
                line_of(file.data, path),
            )
            continue
        _add(file, str(body.get("doctype") or file.place.kind), body, path)


def _read_loose(file: _File, content: Any) -> None:
    bodies = content if isinstance(content, list) else [content]
    if any(isinstance(body, dict) and body.get("doctype") in LOOSE_KINDS for body in bodies):
        _read_records(file, content)


_CUSTOMISATION_LISTS = {
    "custom_fields": ("Custom Field", "dt"),
    "property_setters": ("Property Setter", "doc_type"),
    "custom_perms": ("Custom DocPerm", "parent"),
    "links": ("DocType Link", "parent"),
}
"""Lists of a file that Frappe's "Export Customizations" writes: the kind of their records, and the key that names the
customised DocType when a record leaves it out."""


def _read_customisation(file: _File, content: Any) -> None:
    if not isinstance(content, dict):
        file.fault("A customisation must be an object.", "Export it again.", 1)
        return
    for key, (kind, owner) in _CUSTOMISATION_LISTS.items():
        rows = content.get(key, [])
        if not isinstance(rows, list):
            file.fault("The value of {key} must be a list.", "Correct it.", line_of(file.data, (key,)), key=key)
            continue
        for index, row in enumerate(rows):
            if isinstance(row, dict):
                _add(file, kind, {owner: content.get("doctype"), **row}, (key, index))
            else:
                line = line_of(file.data, (key, index))
                file.fault("An entry of {key} must be an object.", "Correct it.", line, key=f"{key}[{index}]")


_SHAPES: Mapping[str, Callable[[_File, Any], None]] = {
    "record": _read_records,
    "customisation": _read_customisation,
    "loose": _read_loose,
}


def _add(file: _File, kind: str, body: dict[str, Any], path: tuple[str | int, ...]) -> None:
    name = name_of(kind, body)
    if not kind or not name:
        key = "name" if kind else "doctype"
        line = line_of(file.data, path)
        file.fault("The definition has no {key}.", 'Add the key "{key}".', line, key=key)
        return
    complete = {"doctype": kind, "name": name, **_with_companions(file, kind, body)}
    definition = Definition(kind, name, complete, file.source)
    checked, faults = check_shape(definition)
    file.definitions.append(checked)
    for fault_path, problem in faults:
        # Finding a line costs a pass over the file, and a warning about a key that has no effect is not worth it.
        line = line_of(file.data, (*path, *fault_path)) if problem.is_error else 0
        doctype = name if kind == "DocType" else ""
        file.problems.append(replace(problem, source=file.source, line=line, doctype=doctype))


def _with_companions(file: _File, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """Fill properties whose text stands in a file beside (a print format's HTML and CSS)."""
    stem = file.path.name.removesuffix(".json")
    texts = {}
    for suffix, key in COMPANIONS.get(kind, {}).items():
        companion = file.siblings.get(stem + suffix)
        if companion is None or body.get(key):
            continue
        try:
            texts[key] = companion.read_bytes().decode("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            file.fault(
                "The file {file} beside it cannot be read as UTF-8 text.", "Save it as UTF-8.", file=stem + suffix
            )
    return {**body, **texts}
