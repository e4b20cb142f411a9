"""Arguments of an API method, converted to what its annotations say; every refusal names the argument."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from types import NoneType, SimpleNamespace, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from crm_platform.api.body import parse_json
from crm_platform.errors import FieldError, Text, ValidationError

Converter = Callable[[Any], Any]

INTERNAL = re.compile(r"(ignore|in|as|for|skip|bypass)_\w+|flags|ctx|self|\w*__\w*")
"""Names that steer the inside of a server (Frappe's ignore_permissions, in_import …): never taken from a client.
Other surplus arguments are ignored, as Frappe does: its clients send more than a method takes."""

TOLERATED = frozenset({"as_dict", "as_list"})
"""Arguments of Frappe's clients that look internal and only shape the answer."""

WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")
TRUTH = {True: True, False: False, "1": True, "0": False, "true": True, "false": False}

ARGUMENT = Text("The argument")


class Unfit(Exception):
    """A value that is not of the annotated type; `expected` says in words what is."""

    def __init__(self, expected: Text) -> None:
        super().__init__(expected.template)
        self.expected = expected


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise Unfit(Text("text"))


def _whole_number(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and WHOLE_NUMBER.fullmatch(value):
        return int(value)
    raise Unfit(Text("a whole number"))


def _number(value: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    try:
        return float(_text(value))
    except ValueError:
        raise Unfit(Text("a number")) from None


def _truth(value: Any) -> bool:
    folded = value.lower() if isinstance(value, str) else value
    if isinstance(folded, str | int) and folded in TRUTH:
        return TRUTH[folded]
    raise Unfit(Text("true or false"))


def _json(kind: type, expected: Text) -> Converter:
    """A JSON object or list, or the text of one."""

    def convert(value: Any) -> Any:
        parsed = parse_json(value, ARGUMENT) if isinstance(value, str) and value[:1] in ("{", "[", '"') else value
        if isinstance(parsed, kind):
            return parsed
        raise Unfit(expected)

    return convert


def _quoted_text(value: Any) -> str:
    """Text where JSON may stand too: a JSON string is unpacked (Frappe's client quotes names in `filters`)."""
    if isinstance(value, str) and value[:1] == '"':
        return _text(parse_json(value, ARGUMENT))
    return _text(value)


CONVERTERS: dict[Any, Converter] = {
    str: _text,
    int: _whole_number,
    float: _number,
    bool: _truth,
    dict: _json(dict, Text("a JSON object")),
    list: _json(list, Text("a JSON list")),
    Any: lambda value: value,
}


def converter(annotation: Any) -> Converter:
    """The converter of an annotation: a key of CONVERTERS, a dict or list of anything, or a union of those."""
    origin = get_origin(annotation)
    if origin not in (Union, UnionType):
        return CONVERTERS[origin or annotation]
    members = [member for member in get_args(annotation) if member is not NoneType]
    if len(members) == 1:
        return converter(members[0])
    ordered = sorted(members, key=lambda member: member is str)
    return _first_of([_quoted_text if member is str else converter(member) for member in ordered])


def _first_of(converters: list[Converter]) -> Converter:
    def convert(value: Any) -> Any:
        expected = []
        for attempt in converters:
            try:
                return attempt(value)
            except Unfit as unfit:
                expected.append(unfit.expected)
        raise Unfit(reduce(_either, expected))

    return convert


def _either(one: Text, other: Text) -> Text:
    return Text("{one} or {other}", {"one": one, "other": other})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a method; `optional` ones keep the function's default when they are not sent."""

    name: str
    annotation: Any
    convert: Converter
    optional: bool
    default: Any = None


def parameters_of(function: Callable[..., Any]) -> tuple[Parameter, ...]:
    """The parameters of `function` after its first one (the Context or Call).

    Raises KeyError for a type that no client can send.
    """
    found = list(inspect.signature(function).parameters.values())[1:]
    namespace = getattr(inspect.unwrap(function), "__globals__", {})
    hints = get_type_hints(SimpleNamespace(__annotations__={p.name: p.annotation for p in found}), namespace)
    return tuple(
        Parameter(p.name, hints[p.name], converter(hints[p.name]), p.default is not p.empty, p.default) for p in found
    )


def bind(method: str, parameters: tuple[Parameter, ...], sent: Mapping[str, Any]) -> dict[str, Any]:
    """The keyword arguments for a call. Raises ValidationError: missing, of the wrong type, or a name of the inside."""
    known = {parameter.name for parameter in parameters}
    for name in sent:
        if name not in known and name not in TOLERATED and INTERNAL.fullmatch(name):
            raise _refused("{method} takes no argument {argument}.", method, name)
    bound = {}
    for parameter in parameters:
        value = sent.get(parameter.name)
        absent = parameter.name not in sent or (value is None and parameter.annotation is not Any)
        if value == "" and parameter.optional and parameter.annotation is not str:
            absent = True
        if not absent:
            bound[parameter.name] = _converted(method, parameter, value)
        elif not parameter.optional:
            raise _refused("{method} needs the argument {argument}.", method, parameter.name)
    return bound


def _converted(method: str, parameter: Parameter, value: Any) -> Any:
    try:
        return parameter.convert(value)
    except Unfit as unfit:
        sentence = "The argument {argument} of {method} must be {expected}."
        raise _refused(sentence, method, parameter.name, expected=unfit.expected) from None


def _refused(template: str, method: str, argument: str, **more: Text) -> ValidationError:
    params: dict[str, object] = {"method": method, "argument": argument, **more}
    error = ValidationError(template, errors=[FieldError(argument, template, params=params)])
    error.params.update(params)
    return error
