"""Text → tokens: one lexical grammar for Python's and JavaScript's spelling of conditions."""

from __future__ import annotations

import re
from typing import Final, NamedTuple, NoReturn

from crm_platform.errors import ExpressionError
from crm_platform.expressions.limits import MAX_SOURCE

_TOKEN: Final = re.compile(
    r"""(?P<space>[ \t\r\n\u00a0\u3000]+)
      | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?![0-9A-Za-z_.]))
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
      | (?P<sign>===|!==|==|!=|<=|>=|&&|\|\||\?\.(?![0-9])|\*\*|//|[-+*/%<>!?:.,;()\[\]])""",
    re.VERBOSE,
)
_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "/": "/"}
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_PREFIX: Final = re.compile(r"\s*eval:")
_QUOTES: Final = "'\""
_HINTS: Final = {"=": "==", "&": "and", "|": "or"}


class Token(NamedTuple):
    """A piece of the text: `kind` is number, name, text, sign or end; `value` has a text's escapes resolved."""

    kind: str
    value: str
    offset: int


def refuse(source: str, offset: int, template: str, **params: object) -> NoReturn:
    """Raise ExpressionError at `offset`; `template` has {line} and {column} among its placeholders."""
    before = source[:offset]
    line = before.count("\n") + 1
    column = offset - (before.rfind("\n") + 1) + 1
    raise ExpressionError(template, errors=(), title=None, line=line, column=column, **params)


def tokenize(source: str) -> list[Token]:
    """Split `source`, without its `eval:` prefix; the last token has kind "end".

    Raises ExpressionError for a text that is too long and for a character that belongs to no token.
    """
    if len(source) > MAX_SOURCE:
        refuse(
            source[:1],
            0,
            "The expression is longer than {limit} characters (line {line}, column {column}). Shorten it.",
            limit=MAX_SOURCE,
        )
    prefix = _PREFIX.match(source)
    offset = prefix.end() if prefix else 0
    tokens: list[Token] = []
    while offset < len(source):
        match = _TOKEN.match(source, offset) or _refuse_character(source, offset)
        if match.lastgroup != "space":
            tokens.append(_token(source, match))
        offset = match.end()
    tokens.append(Token("end", "", len(source)))
    return tokens


def _token(source: str, match: re.Match[str]) -> Token:
    kind, value = str(match.lastgroup), match.group()
    if kind == "number" and len(value) > 1 and value[0] == "0" and value[1] != ".":
        _refuse_number(source, match.start())
    if kind == "text":
        value = _unescape(source, match)
    return Token(kind, value, match.start())


def _unescape(source: str, match: re.Match[str]) -> str:
    def replacement(escape: re.Match[str]) -> str:
        code = escape.group(1)
        if len(code) == 5:
            return chr(int(code[1:], 16))
        if code not in _ESCAPES:
            refuse(
                source,
                match.start() + 1 + escape.start(),
                "The escape {escape} is not understood (line {line}, column {column}). Use \\n, \\t, \\' or \\\\.",
                escape=escape.group(),
            )
        return _ESCAPES[code]

    value = _ESCAPE.sub(replacement, match.group()[1:-1])
    if _SURROGATE.search(value):
        refuse(
            source,
            match.start(),
            "The text has half a character (line {line}, column {column}). Write the whole character.",
        )
    return value


def _refuse_number(source: str, offset: int) -> NoReturn:
    refuse(
        source,
        offset,
        "This number is not understood (line {line}, column {column}). Write it like 12 or 0.5, without exponent.",
    )


def _refuse_character(source: str, offset: int) -> NoReturn:
    character = source[offset]
    if character.isdigit() or character == ".":
        _refuse_number(source, offset)
    if character in _QUOTES:
        refuse(source, offset, "The text is not closed (line {line}, column {column}). Add the missing quote.")
    if character in _HINTS:
        refuse(
            source,
            offset,
            "{character} is not understood (line {line}, column {column}). Use {instead}.",
            character=character,
            instead=_HINTS[character],
        )
    refuse(
        source,
        offset,
        "The character {character} is not understood (line {line}, column {column}).",
        character=ascii(character) if not character.isprintable() else character,
    )
