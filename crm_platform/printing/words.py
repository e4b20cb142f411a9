"""Amounts in words, as invoices and receipts repeat them: in Chinese capitals (大写) or in English."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from importlib import import_module

from babel.numbers import get_currency_name, get_currency_precision

from crm_platform.i18n import formats

CN2AN, NUM2WORDS = "cn2an", "num2words"
"""Loaded with the first amount: they take a tenth of the time in which a server starts."""


def capitals(number: Decimal) -> str:
    """壹仟贰佰叁拾肆元伍角; a negative amount begins with 负."""
    exact = rounded(number, 2)
    return ("负" if exact < 0 else "") + str(import_module(CN2AN).an2cn(format(abs(exact), "f"), "rmb"))


def amount(number: Decimal, language: str, currency: str) -> str:
    """An amount with the name of its currency, rounded half up to its places."""
    known = currency if currency and formats.is_currency(currency) else ""
    if language.partition("-")[0].partition("_")[0] == "zh":
        return (get_currency_name(known, locale="zh") if known else "") + capitals(number)
    return _english(number, known)


def _english(number: Decimal, currency: str) -> str:
    places = get_currency_precision(currency) if currency else 2
    exact = rounded(number, places)
    whole, fraction = divmod(abs(exact), 1)
    spoken = str(import_module(NUM2WORDS).num2words(int(whole), lang="en")).replace(",", "").replace(" and ", " ")
    if exact < 0:
        spoken = f"minus {spoken}"
    parts = f" and {int(fraction * 10**places):0{places}d}/{10**places}" if places else ""
    name = get_currency_name(currency, count=number, locale="en") if currency else ""
    return f"{spoken[0].upper()}{spoken[1:]}{parts} {name}".rstrip()


def rounded(number: Decimal, places: int) -> Decimal:
    """Half up."""
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
