"""Reading JSON text so that a fault can be named by line and key: parse with faults, and the line of a key path."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import isfinite
from typing import Any, NoReturn

KeyPath = Sequence[str | int]
"""Way into a JSON value: ("fields", 3, "options")."""

_SPACE = " \t\n\r"


class JSONTextError(Exception):
    """The text is no JSON document we take: `reason` is an English sentence, `line` counts from 1 (0: unknown)."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def _refuse_constant(name: str) -> NoReturn:
    raise JSONTextError(f"{name} is no JSON value.")


def _finite(digits: str) -> float:
    number = float(digits)
    return number if isfinite(number) else _refuse_constant(digits)


def parse(data: bytes) -> Any:
    """Parse UTF-8 JSON.

    Raises JSONTextError for what is no JSON, is nested too deep, or holds text that no database can store.
    """
    try:
        value = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse_constant, parse_float=_finite)
    except UnicodeDecodeError as error:
        raise JSONTextError("The text is not UTF-8.", data[: error.start].count(b"\n") + 1) from error
    except json.JSONDecodeError as error:
        raise JSONTextError(f"{error.msg} (column {error.colno}).", error.lineno) from error
    except RecursionError as error:
        raise JSONTextError("Lists or objects are nested too deep.") from error
    except ValueError as error:
        raise JSONTextError("A number has too many digits.") from error
    if b"\\u" in data:
        _refuse_unstorable(value)
    return value


def _refuse_unstorable(value: Any) -> None:
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            if "\0" in item or any("\ud800" <= char <= "\udfff" for char in item):
                raise JSONTextError("A text holds a character that cannot be stored (NUL or half a surrogate pair).")
        elif isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, dict):
            pending.extend(item)
            pending.extend(item.values())


def render_path(path: KeyPath) -> str:
    """The path as people write it: fields[3].options."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def line_of(data: bytes, path: KeyPath) -> int:
    """The line on which the value at `path` stands in the valid JSON text `data`; 0 when there is no such path."""
    text = data.decode("utf-8-sig")
    decoder = json.JSONDecoder()
    position: int | None = _skip_space(text, 0)
    for step in path:
        if position is None:
            return 0
        position = _enter(decoder, text, position, step)
    return 0 if position is None else text.count("\n", 0, position) + 1


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and text[position] in _SPACE:
        position += 1
    return position


def _enter(decoder: json.JSONDecoder, text: str, position: int, step: str | int) -> int | None:
    """Where the member `step` of the object or list at `position` begins."""
    is_object = text[position] == "{"
    if not is_object and text[position] != "[":
        return None
    position, index = _skip_space(text, position + 1), 0
    while text[position] not in "]}":
        key: str | int = index
        if is_object:
            key, position = decoder.raw_decode(text, position)
            position = _skip_space(text, _skip_space(text, position) + 1)
        if key == step:
            return position
        _, position = decoder.raw_decode(text, position)
        position = _skip_space(text, position)
        if text[position] == ",":
            position = _skip_space(text, position + 1)
        index += 1
    return None
