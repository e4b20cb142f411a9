"""A place in a list of tokens, and how the parser moves and complains there."""

from __future__ import annotations

from typing import NoReturn

from crm_platform.errors import Text
from crm_platform.expressions.tokens import Token, refuse, tokenize
from crm_platform.expressions.tree import is_field_name


class Cursor:
    """Reads the tokens of `source` one by one; `over_rows` while in the second part of `sum(items, …)`."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._tokens = tokenize(source)
        self._position = 0
        self.over_rows = False

    @property
    def token(self) -> Token:
        return self._tokens[self._position]

    def ahead(self, count: int) -> Token:
        """The token `count` places further on; past the end the last one."""
        return self._tokens[min(self._position + count, len(self._tokens) - 1)]

    def take(self) -> Token:
        token = self.token
        if token.kind != "end":
            self._position += 1
        return token

    def at(self, *values: str) -> bool:
        """Whether the next token is one of these signs or words (never a text that reads the same)."""
        return self.token.kind in {"sign", "name"} and self.token.value in values

    def accept(self, *values: str) -> bool:
        """Step over one of these signs or words if it is next."""
        found = self.at(*values)
        if found:
            self._position += 1
        return found

    def expect(self, value: str) -> None:
        if not self.accept(value):
            self.refuse(
                self.token,
                "{expected} is missing before {found} (line {line}, column {column}).",
                expected=value,
                found=shown(self.token),
            )

    def field_name(self, token: Token) -> str:
        """The name of a field that `token` is, or is a text of. Raises ExpressionError when it is none."""
        if token.kind not in {"name", "text"} or not is_field_name(token.value):
            self.refuse(token, "{name} is not the name of a field (line {line}, column {column}).", name=shown(token))
        return token.value

    def refuse(self, token: Token, template: str, **params: object) -> NoReturn:
        """Raise ExpressionError at `token`; `template` has {line} and {column}."""
        refuse(self._source, token.offset, template, **params)


def shown(token: Token) -> str | Text:
    """A token as a message names it, shortened."""
    if token.kind == "end":
        return Text("the end")
    return token.value if len(token.value) <= 40 else token.value[:40] + "…"
