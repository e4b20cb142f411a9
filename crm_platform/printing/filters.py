"""The platform's own filters for print formats: amounts, dates and fields as readers of the language write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from jinja2.runtime import Undefined
from markupsafe import Markup

from crm_platform.i18n import formats
from crm_platform.i18n.manner import Manner
from crm_platform.printing import words
from crm_platform.printing.records import Record
from crm_platform.printing.texts import Translation, plain_number

STARS = 5
SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


def exact(value: Any) -> Decimal | None:
    """The number in a value or text; None for nothing. Raises TypeError for what is no number."""
    if value is None or value == "" or isinstance(value, Undefined):
        return None
    if isinstance(value, int | float | Decimal | str):
        return Decimal(str(value))
    raise TypeError(f"a number is needed, not {type(value).__name__}")


def to_date(value: Any) -> date | None:
    """The day of a date, datetime or ISO text."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str) and value:
        return datetime.fromisoformat(value).date()
    return value if isinstance(value, date) else None


def to_datetime(value: Any) -> datetime | None:
    if isinstance(value, str) and value:
        return datetime.fromisoformat(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value if isinstance(value, datetime) else None


def to_time(value: Any) -> time | None:
    if isinstance(value, datetime):
        return value.time()
    return time.fromisoformat(value) if isinstance(value, str) and value else value


def rmb_upper(value: Any) -> str:
    """An amount in the characters of Chinese invoices: 壹仟贰佰叁拾肆元伍角."""
    number = exact(value)
    return "" if number is None else words.capitals(number)


def rating(value: Any) -> str:
    """Frappe's Rating, 0 to 1, in stars."""
    full = round(float(value or 0) * STARS)
    return "★" * full + "☆" * (STARS - full)


def duration(value: Any) -> str:
    """Seconds as "1d 2h 30m"."""
    rest, parts = int(value or 0), []
    for unit, seconds in SECONDS.items():
        count, rest = divmod(rest, seconds)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts)


def picture(value: Any) -> Markup:
    return Markup('<img class="picture" alt="" src="{}">').format(value)


class Formatting:
    """Filters bound to one print-out's manner of writing, messages and fields."""

    def __init__(self, manner: Manner, messages: Mapping[str, str], fields: Mapping[str, Any], doc: Record) -> None:
        self.manner = manner
        self.translation = Translation(messages)
        self.fields = fields
        self.doc = doc

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By the name that templates use."""
        return {
            "money": self.money,
            "number": self.number,
            "quantity": self.quantity,
            "price": self.price,
            "percent": self.percent,
            "date": self.date,
            "datetime": self.datetime,
            "time": self.time,
            "rmb_upper": rmb_upper,
            "in_words": self.in_words,
            "label": self.label,
            "formatted": self.formatted,
        }

    def money(self, value: Any, currency: Any = None) -> str:
        return formats.money(exact(value), self.manner, currency or None)

    def in_words(self, value: Any, currency: Any = None) -> str:
        """An amount as a paper repeats it in words: 人民币壹佰元整, or One hundred and 00/100 Chinese yuan."""
        number = exact(value)
        return "" if number is None else words.amount(number, self.manner.language, currency or "")

    def number(self, value: Any, places: int | None = None) -> str:
        return formats.number(exact(value), self.manner, places)

    def quantity(self, value: Any) -> str:
        return formats.quantity(exact(value), self.manner)

    def price(self, value: Any, currency: Any = None) -> str:
        return formats.price(exact(value), self.manner, currency or None)

    def percent(self, value: Any, places: int | None = None) -> str:
        """12.5 is 12.5 %; without `places` as many as the value has, at most two."""
        number = exact(value)
        if number is None:
            return ""
        own = min(2, len(plain_number(number).partition(".")[2]))
        return formats.percent(number, self.manner, own if places is None else places)

    def date(self, value: Any, style: formats.DateStyle = "medium") -> str:
        return formats.day(to_date(value), self.manner, style)

    def datetime(self, value: Any, style: formats.DateStyle = "medium") -> str:
        return formats.moment(to_datetime(value), self.manner, style)

    def time(self, value: Any, style: formats.DateStyle = "short") -> str:
        return formats.clock(to_time(value), self.manner, style)

    def label(self, record: Record, fieldname: str) -> str:
        """The label of a field, in the print-out's language."""
        return self.translation(self._info(record, fieldname)["label"] or fieldname)

    def formatted(self, record: Record, fieldname: str) -> str:
        """The value of a field as the standard format shows it (Frappe's get_formatted)."""
        info = self._info(record, fieldname)
        value = record.value(fieldname)
        if value is None or value == "":
            return ""
        special = self._special(info["fieldtype"])
        if special is not None:
            return special(value)
        if info["fieldtype"] == "Currency":
            return self.money(value, self._currency(record, info["options"]))
        if isinstance(value, float | Decimal) or info["fieldtype"] == "Int":
            return self.number(value, info["precision"])
        if isinstance(value, Markup):
            return value
        return self.translation(value) if info["translated"] else str(value)

    def _special(self, fieldtype: str) -> Callable[[Any], str] | None:
        table: dict[str, Callable[[Any], str]] = {
            "Percent": self.percent,
            "Date": self.date,
            "Datetime": self.datetime,
            "Time": self.time,
            "Rating": rating,
            "Attach Image": picture,
            "Signature": picture,
            "Duration": duration,
            "Check": lambda value: self.translation("Yes" if value else "No"),
        }
        return table.get(fieldtype)

    def _currency(self, record: Record, options: str) -> Any:
        """The currency that a Currency field names: a field of its row, else of the document, else a fixed code."""
        for owner in (record, self.doc):
            if options and owner.has(options):
                return owner.value(options)
        return options or None

    def _info(self, record: Any, fieldname: str) -> Mapping[str, Any]:
        if not isinstance(record, Record) or fieldname not in self.fields.get(record.kind, {}):
            raise TypeError(f"there is no field {fieldname}")
        found: Mapping[str, Any] = self.fields[record.kind][fieldname]
        return found
