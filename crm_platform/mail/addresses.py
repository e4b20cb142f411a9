"""Addresses and header values of mail: one normal form, and nothing that could begin another header."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.utils import getaddresses

from crm_platform.documents.coerce import is_email
from crm_platform.errors import FieldError, InvalidEmailAddressError, ValidationError

CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
SUBJECT_LENGTH = 500
MOST_RECIPIENTS = 200
"""Of one mail, all kinds together."""


def split(text: str) -> list[str]:
    """The addresses in a text as people type it: separated by commas, semicolons or lines, with or without names."""
    pairs = getaddresses([text.replace(";", ",").replace("\n", ",")])
    return [address for _, address in pairs if address]


def recipients_of(given: Iterable[str], field: str = "recipients") -> list[str]:
    """Each address once, in the order given. Raises InvalidEmailAddressError, also for one with a line break."""
    found: dict[str, str] = {}
    for text in given:
        address = text.strip()
        if "<" in address:
            address = next(iter(split(address)), address)
        if CONTROL.search(text.strip()) or not is_email(address):
            template = "{value} is not a valid Email Address. Write it like name@example.com."
            shown = CONTROL.sub(" ", text.strip())[:140]
            fault = FieldError(field, template, "InvalidEmailAddressError", params={"value": shown})
            raise InvalidEmailAddressError(template, errors=[fault], value=shown)
        found.setdefault(normal(address), address)
    if len(found) > MOST_RECIPIENTS:
        template = "A mail goes to at most {limit} recipients. Send several mails."
        raise ValidationError(template, limit=MOST_RECIPIENTS)
    return list(found.values())


def normal(address: str) -> str:
    """The form in which addresses are compared."""
    return address.strip().casefold()


def domain_of(address: str) -> str:
    return address.rpartition("@")[2]


def ascii_domain(address: str) -> str:
    """The address with its domain as DNS knows it (IDNA); the local part stays."""
    local, at, domain = address.rpartition("@")
    try:
        return local + at + domain.encode("idna").decode()
    except UnicodeError:
        raise ValidationError(
            "{value} is not a valid Email Address. Write it like name@example.com.", value=address
        ) from None


def header_text(text: str, field: str = "subject") -> str:
    """`text` as the value of a header. Raises ValidationError for control characters, line breaks among them."""
    if CONTROL.search(text):
        template = "A subject is one line of text, without line breaks and control characters."
        raise ValidationError(template, errors=[FieldError(field, template)])
    return text.strip()[:SUBJECT_LENGTH]


def one_line(text: str) -> str:
    """What a template made, as one line."""
    return " ".join(CONTROL.sub(" ", text).split())[:SUBJECT_LENGTH]
