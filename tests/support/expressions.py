"""Random expressions and records: every construct and function of the language, over awkward values."""

from __future__ import annotations

from random import Random
from typing import Any

from crm_platform.errors import ExpressionError
from crm_platform.expressions import Expression, compile
from crm_platform.expressions.aggregates import AGGREGATES
from crm_platform.expressions.functions import FUNCTIONS

TEXTS = [
    "", " ", "a", "abc", "ABC", "0", "1", "-2.5", "+3", "1e3", "true", "中", "中国 客户", "a😀b", "\uffee", "ß", "Ünï",
    "2024-02-29", "2024-12-31 23:59:59.999999", "2023-02-29", "9999-12-31", "\u3000x\t", "O'Neil \"x\"", "line\nbreak",
]  # fmt: skip
NUMBERS = [
    0,
    1,
    -1,
    2,
    3,
    7,
    12,
    100,
    0.1,
    0.2,
    0.3,
    -0.5,
    2.5,
    2.675,
    1.005,
    1e-7,
    33.333333,
    999999999999,
    1234567.891,
]
FIELDS = ["a", "b", "c", "d", "__islocal", "constructor", "items", "missing"]
COLUMNS = ["qty", "rate", "name", "toString"]
COMPARISONS = ["==", "===", "!=", "!==", "<", "<=", ">", ">=", "in", "not in"]
ARITHMETIC = ["+", "+", "-", "*", "/", "//", "%"]
JOINERS = ["and", "or", "&&", "||"]
DATE_FUNCTIONS = {"date", "date_diff", "year", "month", "day", "weekday", "first_day", "last_day"}
METHODS = [
    ".length",
    ".includes({})",
    ".startsWith({})",
    ".endsWith({})",
    ".toLowerCase()",
    ".toUpperCase()",
    ".trim()",
]


def random_value(rng: Random) -> Any:
    """A value of a document, often null, a number or a text, sometimes a list."""
    kind = rng.randrange(10)
    if kind < 4:
        return rng.choice(NUMBERS)
    if kind < 7:
        return rng.choice(TEXTS)
    if kind < 8:
        return [rng.choice([*NUMBERS, *TEXTS, None, True]) for _ in range(rng.randrange(3))]
    return rng.choice([None, True, False, {}, {"name": "行"}])


def random_scope(rng: Random) -> dict[str, Any]:
    """A record with child rows, sometimes its parent record, and a clock."""
    rows = [{column: random_value(rng) for column in COLUMNS} for _ in range(rng.randrange(4))]
    record = {name: random_value(rng) for name in FIELDS if name not in {"items", "missing"}}
    parent = {"a": random_value(rng), "items": rows[:1]} if rng.random() < 0.5 else None
    items = rows if rng.random() < 0.9 else random_value(rng)
    return {"doc": {**record, "items": items}, "parent": parent, "now": "2026-11-22 04:05:06.000007"}


class ExpressionWriter:
    """Writes random texts of the language; each names a construct at most `depth` levels deep."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._over_rows = False

    def write(self, depth: int) -> str:
        if depth <= 0 or self._rng.random() < 0.1:
            return self._leaf()
        makers = [self._binary, self._binary, self._compare, self._logic, self._call, self._call, self._unary]
        makers += [self._number, self._date, self._choice, self._method, self._list, self._aggregate]
        return self._rng.choice(makers)(depth - 1)

    def _leaf(self) -> str:
        rng = self._rng
        if rng.random() < 0.6:
            name = rng.choice(FIELDS)
            owner = rng.choice(["", "doc.", "doc?.", "parent."])
            return f"row.{rng.choice(COLUMNS)}" if self._over_rows and rng.random() < 0.7 else owner + name
        if rng.random() < 0.5:
            return literal(rng)
        if rng.random() < 0.7:
            return quoted(rng.choice(TEXTS))
        return rng.choice(["null", "undefined", "None", "true", "False", "[]", "today()", "now()"])

    def _binary(self, depth: int) -> str:
        left, right = (self._number(depth) if self._rng.random() < 0.8 else self.write(depth) for _ in range(2))
        return f"({left}) {self._rng.choice(ARITHMETIC)} ({right})"

    def _number(self, depth: int) -> str:
        """Something that is a number, so that not every sum of random values is refused."""
        kind = self._rng.randrange(4) if depth > 0 else 0
        if kind == 0:
            return f"{self._rng.choice(['', '-'])}{literal(self._rng)}"
        if kind == 1:
            return f"{self._rng.choice(['flt', 'cint'])}({self.write(depth - 1)})"
        if kind == 2:
            return f"round({self._number(depth - 1)}, {self._rng.randint(-3, 5)})"
        return f"({self._number(depth - 1)}) {self._rng.choice(ARITHMETIC)} ({self._number(depth - 1)})"

    def _date(self, depth: int) -> str:
        """Something that is a date."""
        day = self._rng.choice(["'2024-02-29'", "'2023-12-31 23:59:59'", "'0001-01-01'", "now()", "null"])
        if depth <= 0:
            return day
        step = self._rng.choice(["add_days", "add_months", "add_years", "first_day", "last_day", "date"])
        count = f", {self._rng.randint(-40, 40)}" if step.startswith("add") else ""
        return f"{step}({self._date(depth - 1)}{count})"

    def _compare(self, depth: int) -> str:
        parts = [f"({self.write(depth)})" for _ in range(self._rng.choice([2, 2, 2, 3]))]
        return parts[0] + "".join(f" {self._rng.choice(COMPARISONS)} {part}" for part in parts[1:])

    def _logic(self, depth: int) -> str:
        joiner = self._rng.choice(JOINERS)
        return f" {joiner} ".join(f"({self.write(depth)})" for _ in range(self._rng.choice([2, 3])))

    def _unary(self, depth: int) -> str:
        return f"{self._rng.choice(['not ', '!', '!!', '-', '+'])}({self.write(depth)})"

    def _choice(self, depth: int) -> str:
        test, then, other = (self.write(depth) for _ in range(3))
        forms = [f"({test}) ? ({then}) : ({other})", f"({then}) if ({test}) else ({other})"]
        return self._rng.choice([*forms, f"if({test}, {then}, {other})"])

    def _list(self, depth: int) -> str:
        return f"[{', '.join(self.write(depth - 1) for _ in range(self._rng.randrange(4)))}]"

    def _method(self, depth: int) -> str:
        return f"({self.write(depth)})" + self._rng.choice(METHODS).format(self.write(depth - 1))

    def _call(self, depth: int) -> str:
        name = self._rng.choice(sorted(FUNCTIONS))
        entry = FUNCTIONS[name]
        count = self._rng.randint(entry.least, min(entry.most, entry.least + 2))
        make = self._date if name in DATE_FUNCTIONS and self._rng.random() < 0.7 else self.write
        return f"{name}({', '.join(make(depth) for _ in range(count))})"

    def _aggregate(self, depth: int) -> str:
        if self._over_rows:
            return self._leaf()
        name = self._rng.choice(sorted(AGGREGATES))
        if self._rng.random() < 0.3:
            return f"{name}(items.{self._rng.choice(COLUMNS)})"
        self._over_rows = True
        body = self.write(depth)
        self._over_rows = False
        return f"{name}({self._rng.choice(['items', 'doc.items', 'parent.items'])}, row.qty and ({body}))"


def random_expressions(rng: Random, count: int) -> list[Expression]:
    """Compiled random texts; those that are refused at once, as a list times a number, are left out."""
    writer = ExpressionWriter(rng)
    expressions: list[Expression] = []
    while len(expressions) < count:
        try:
            expressions.append(compile(writer.write(rng.randrange(1, 5))))
        except ExpressionError:
            continue
    return expressions


def literal(rng: Random) -> str:
    """A number as the language writes it."""
    return f"{abs(rng.choice(NUMBERS)):.9f}".rstrip("0").rstrip(".")


def quoted(text: str) -> str:
    """A text as the language writes it."""
    inside = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\t", "\\t")
    return f"'{inside}'"
