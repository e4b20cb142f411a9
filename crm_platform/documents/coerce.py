"""From any value a client or pack gives to the Python value of a field, or a refusal that says what is wrong."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import orjson

from crm_platform.metadata.kinds import NUMBER_TYPES
from crm_platform.metadata.model import Field


class Refused(Exception):
    """A value that a field does not take; becomes a FieldError."""

    def __init__(self, template: str, code: str = "ValidationError", **params: Any) -> None:
        super().__init__(template)
        self.template, self.code, self.params = template, code, params


INT_LIMIT = 2**31 - 1
BIGINT_LIMIT = 2**63 - 1
MONEY_LIMIT = Decimal("9000000000000")
MICRO = Decimal("0.000001")
PLAIN_FLOATS = 1e30
"""Up to here a double is taken as it is, unless it is to be rounded."""
WHOLE_FLOATS = 2.0**53
"""From here on a double has no places after the point: there is nothing to round."""
FIRST_YEAR, LAST_YEAR = 1, 9999
"""Between them every time zone can show a moment."""
PHONE = re.compile(r"[0-9 +_\-,.*#()]{1,20}")
PERSON_NAME = re.compile(r"[\w][\w'’.\- ]*")
URL_SCHEMES = frozenset({"http", "https", "ftp", "mailto", "tel"})
EMAIL_LOCAL = re.compile(r"[^\s@<>\"(),:;\[\]\\]+")
EMAIL_DOMAIN = re.compile(r"(?=.{1,253}$)[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+")
COLOR = re.compile(r"#?[0-9A-Za-z(),.% ]{1,40}")
HIDDEN_CHARACTERS = re.compile("[\x00\ud800-\udfff]")


def text(value: Any, field: Field, zone: ZoneInfo) -> str:  # noqa: ARG001 one signature for all
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        raise Refused("Value for {label} cannot be a list.")
    raise Refused("Value for {label} cannot be an object.")


def is_email(address: str) -> bool:
    """Whether `address` has the shape local@domain.tld (RFC 5321 dot-atom, no quoted local part)."""
    local, _, domain = address.strip().rpartition("@")
    return bool(len(local) <= 64 and EMAIL_LOCAL.fullmatch(local) and _is_domain(domain))


@lru_cache(maxsize=1024)
def _is_domain(text: str) -> bool:
    """Kept, as most addresses are of few domains."""
    return EMAIL_DOMAIN.fullmatch(text) is not None


def _email(value: str) -> None:
    for address in re.split(r"[,;\n]", value):
        if address.strip() and not is_email(address):
            raise Refused(
                "{value} is not a valid Email Address. Write it like name@example.com.",
                "InvalidEmailAddressError",
                value=address.strip(),
            )


def _phone(value: str) -> None:
    if not PHONE.fullmatch(value.strip()):
        raise Refused(
            "{value} is not a valid Phone Number. Write up to 20 digits, blanks and signs, as in +86 10 1234 5678.",
            "InvalidPhoneNumberError",
            value=value,
        )


def _url(value: str) -> None:
    if value.startswith("/") and value[1:2] not in ("/", "\\"):
        return
    try:
        parts = urlsplit(value)
    except ValueError:  # an address such as http://[
        parts = urlsplit("")
    if parts.scheme.lower() not in URL_SCHEMES or not (parts.netloc or parts.path):
        raise Refused("{value} is not a valid URL. Use an address that begins with https://.", value=value)


def _person_name(value: str) -> None:
    if not PERSON_NAME.fullmatch(value):
        raise Refused(
            "{value} is not a valid Name. Use letters, digits, blanks, points, hyphens and apostrophes.", value=value
        )


FORMATS: dict[str, Callable[[str], None]] = {"Email": _email, "Phone": _phone, "URL": _url, "Name": _person_name}
"""DocField.options of Data fields."""


def data(value: Any, field: Field, zone: ZoneInfo) -> str:
    result = text(value, field, zone)
    check = FORMATS.get(field.options)
    if check and result.strip():
        check(result)
    return result


def phone(value: Any, field: Field, zone: ZoneInfo) -> str:
    result = text(value, field, zone)
    _phone(result)
    return result


def number(value: Any) -> Decimal:
    """The exact number in a JSON number or in a text such as "1,234.50"; refuses NaN, infinity and other text."""
    try:
        if type(value) is Decimal:
            result = value
        else:
            result = Decimal(str(value).strip().replace(",", "")) if isinstance(value, str | float) else Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        raise Refused("{label} must be a number, not {value}.", value=shorten(value)) from None
    if not result.is_finite() or result.adjusted() > 30:
        raise Refused("{label} must be a number, not {value}.", value=shorten(value))
    return result


def integer(value: Any, field: Field, zone: ZoneInfo) -> int:  # noqa: ARG001
    result = value if type(value) is int else int(number(value))
    limit = BIGINT_LIMIT if field.length > 11 else INT_LIMIT
    if abs(result) > limit:
        raise Refused(
            "{label}: {value} is too big, the greatest value is {limit}.",
            "CharacterLengthExceededError",
            value=result,
            limit=limit,
        )
    return result


def floating(value: Any, field: Field, zone: ZoneInfo) -> float:  # noqa: ARG001
    """To the field's precision, rounded half up; no negative zero, which PostgreSQL alone would keep."""
    if type(value) is float and field.precision is None and abs(value) < PLAIN_FLOATS:
        return value + 0.0
    result = float(number(value))
    if field.precision is not None and abs(result) < WHOLE_FLOATS:
        result = float(number(result).quantize(Decimal(1).scaleb(-field.precision), ROUND_HALF_UP))
    if not math.isfinite(result):
        raise Refused("{label} must be a number, not {value}.", value=shorten(value))
    return result + 0.0


def money(value: Any, field: Field, zone: ZoneInfo) -> Decimal:  # noqa: ARG001
    """Exact to 6 places, or to the field's precision, rounded half up; no negative zero, which no database keeps."""
    result = number(value)
    if abs(result) > MONEY_LIMIT:
        raise Refused(
            "{label}: {value} is too big, the greatest value is {limit}.",
            "CharacterLengthExceededError",
            value=shorten(value),
            limit=MONEY_LIMIT,
        )
    return result.quantize(_last_place(field.precision), ROUND_HALF_UP) + 0


@lru_cache(maxsize=64)
def _last_place(precision: int | None) -> Decimal:
    return MICRO if precision is None else Decimal(1).scaleb(-min(precision, 6))


def check(value: Any, field: Field, zone: ZoneInfo) -> int:  # noqa: ARG001
    if value in (0, 1, "0", "1"):
        return int(value)
    if isinstance(value, str) and value.lower() in ("true", "false", "yes", "no"):
        return int(value.lower() in ("true", "yes"))
    raise Refused("{label} must be 0 or 1, not {value}.", value=shorten(value))


def rating(value: Any, field: Field, zone: ZoneInfo) -> float:
    result = floating(value, field, zone)
    if not 0 <= result <= 1:
        raise Refused("{label} must lie between 0 and 1, not {value}.", value=shorten(value))
    return result


def duration(value: Any, field: Field, zone: ZoneInfo) -> float:
    result = floating(value, field, zone)
    if result < 0:
        raise Refused("{label} cannot be negative.", "NonNegativeError")
    return result


def day(value: Any, field: Field, zone: ZoneInfo) -> date:
    if isinstance(value, datetime):
        return value.astimezone(zone).date() if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    try:
        if isinstance(value, str) and len(value) == 10:
            return date.fromisoformat(value)
        return moment(value, field, zone).astimezone(zone).date()
    except (ValueError, OverflowError, Refused):
        raise Refused("{label}: {value} is not a valid date. Write it as YYYY-MM-DD.", value=shorten(value)) from None


def moment(value: Any, field: Field, zone: ZoneInfo) -> datetime:  # noqa: ARG001
    """An aware UTC datetime that the site's time zone can show too; a text without offset is in that zone."""
    try:
        if isinstance(value, datetime):
            if value.tzinfo is UTC and FIRST_YEAR < value.year < LAST_YEAR:
                return value
            result = value
        elif isinstance(value, date):
            result = datetime.combine(value, time())
        else:
            if not isinstance(value, str) or len(value) < 10:
                raise ValueError
            result = datetime.fromisoformat(value)
        shown = (result if result.tzinfo else result.replace(tzinfo=zone)).astimezone(zone)
        return shown.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(
            "{label}: {value} is not a valid date and time. Write it as YYYY-MM-DD HH:MM:SS.", value=shorten(value)
        ) from None


def clock_time(value: Any, field: Field, zone: ZoneInfo) -> time:  # noqa: ARG001
    if isinstance(value, time):
        return value.replace(tzinfo=None)
    try:
        hours, _, rest = str(value).partition(":")
        return time.fromisoformat(f"{int(hours):02d}:{rest}").replace(tzinfo=None)
    except ValueError:
        raise Refused("{label}: {value} is not a valid time. Write it as HH:MM:SS.", value=shorten(value)) from None


def select(value: Any, field: Field, zone: ZoneInfo) -> str:
    result = text(value, field, zone).strip()
    if result and field.options and result not in field.choices:
        choices = tuple(choice for choice in field.choices if choice)
        raise Refused('{label} cannot be "{value}". It should be one of {choices}', value=result, choices=choices)
    return result


def json_text(value: Any, field: Field, zone: ZoneInfo) -> str:
    if isinstance(value, dict | list):
        return orjson.dumps(value).decode()
    result = text(value, field, zone)
    try:
        orjson.loads(result)
    except orjson.JSONDecodeError as error:
        raise Refused("{label} is not valid JSON: {reason}.", reason=str(error)) from None
    return result


def color(value: Any, field: Field, zone: ZoneInfo) -> str:
    result = text(value, field, zone)
    if result and not COLOR.fullmatch(result):
        raise Refused("{label}: {value} is not a valid colour.", value=shorten(value))
    return result


def shorten(value: Any) -> str:
    shown = str(value)
    return shown if len(shown) <= 60 else shown[:60] + "…"


Coercer = Callable[[Any, Field, ZoneInfo], Any]

COERCERS: Mapping[str, Coercer] = {
    "Data": data,
    "Phone": phone,
    "Int": integer,
    "Float": floating,
    "Currency": money,
    "Percent": money,
    "Check": check,
    "Rating": rating,
    "Duration": duration,
    "Date": day,
    "Datetime": moment,
    "Time": clock_time,
    "Select": select,
    "JSON": json_text,
    "Geolocation": json_text,
    "Color": color,
}
ZEROS: Mapping[str, Any] = {
    "Int": 0,
    "Check": 0,
    "Float": 0.0,
    "Rating": 0.0,
    "Duration": 0.0,
    "Currency": Decimal(0),
    "Percent": Decimal(0),
}
EMPTY_IS_MISSING = NUMBER_TYPES | {"Link", "Dynamic Link", "Date", "Datetime", "Time", "JSON", "Geolocation", "Phone"}


def empty(field: Field) -> Any:
    """What an unset field holds: 0 for numbers, else None."""
    return ZEROS.get(field.fieldtype)


UNLIMITED = 2**31
"""Characters: as long as any text."""


def plain_length(field: Field) -> int:
    """How long a printable text may be that `coerce` gives back as it is; 0 where there is more to look at."""
    coercer = COERCERS.get(field.fieldtype, text)
    if field.storage != "text" or coercer not in (text, data) or (coercer is data and field.options in FORMATS):
        return 0
    return (field.length or field.kind.length or UNLIMITED) if field.kind.length is not None else UNLIMITED


def coerce(value: Any, field: Field, zone: ZoneInfo) -> Any:
    """The Python value of `field` for a given wire or Python value.

    Raises Refused with a sentence that names the field through {label}.
    """
    if value is None:
        return ZEROS.get(field.fieldtype)
    if isinstance(value, str) and not value and field.fieldtype in EMPTY_IS_MISSING:
        return ZEROS.get(field.fieldtype)
    coercer: Coercer = COERCERS.get(field.fieldtype, text)
    result = coercer(value, field, zone)
    if isinstance(result, str):
        _check_text(result, field)
    elif field.non_negative and isinstance(result, int | float | Decimal) and result < 0:
        raise Refused("{label} cannot be negative.", "NonNegativeError")
    return result


def _check_text(value: str, field: Field) -> None:
    limit = field.length or field.kind.length
    if limit and len(value) > limit and field.kind.length is not None:
        raise Refused(
            "{label}: the value has {size} characters, the most is {limit}: {value}",
            "CharacterLengthExceededError",
            size=len(value),
            limit=limit,
            value=shorten(value),
        )
    if not value.isascii() and HIDDEN_CHARACTERS.search(value) or "\x00" in value:
        raise Refused("{label} holds a character that cannot be stored.")
