"""A site whose documents hold confidential values in every form, and people who may and may not see them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from crm_platform.app import create_application
from crm_platform.sites.create import new_site
from support.api_site import ADMIN_PASSWORD, FULL, behind, create
from support.definitions import row

CLERK = "clerk@example.com"
"""Works with the documents, and never sees what is masked."""

OFFICER = "officer@example.com"
"""May unmask what stands at level 0."""

ID_NUMBER, CARD, ACCOUNT = "11010119900307775X", "6222021234567890123", "6217001234567890"
MOBILE, MAIL, PERSON, PAY = "+8613912345678", "kanari.zhang@example.cn", "诸葛孔明", 98765.43
HIGHER = "KANARI-HIGHER-LEVEL"
VALUES = (ID_NUMBER, CARD, ACCOUNT, MOBILE, MAIL, PERSON, str(PAY), "98,765.43", HIGHER)
"""What no answer to a clerk may hold."""

PAPER = {"sensitivity": "Secret", "mask_format": "ID Number"}
CARDS = {"name": "Bank Card", "istable": 1, "fields": [row("bank"), row("account", **PAPER)]}
CLIENT = {
    "name": "Client",
    "autoname": "field:code",
    "track_changes": 1,
    "title_field": "person",
    "search_fields": "person,mobile",
    "allow_import": 1,
    "fields": [
        row("code", reqd=1),
        row("id_number", label="身份证号", exact_search=1, unique=1, **PAPER),
        row("card", **PAPER),
        row("mobile", "Phone", sensitivity="Confidential"),
        row("mail", options="Email", sensitivity="Confidential"),
        row("person", options="Name", mask=1),
        row("pay", "Currency", sensitivity="Confidential"),
        row("higher", sensitivity="Confidential", permlevel=1),
        row("remark", "Small Text"),
        row("cards", "Table", options="Bank Card"),
    ],
    "permissions": [
        {"role": "System Manager", **FULL},
        {"role": "Clerk", **FULL},
        {"role": "Clerk", "permlevel": 1, "read": 1},
        {"role": "Officer", "read": 1, "mask": 1},
        {"role": "Officer", "permlevel": 1, "read": 1},
    ],
}


def fill(folder: Path, database: str) -> dict[str, str]:
    """Make the site in `folder`, with one client called C1; returns the API keys of its users."""
    site = new_site(folder, database=database, admin_password=ADMIN_PASSWORD)
    with behind(site, create_application(site)) as api:
        for role in ("Clerk", "Officer"):
            create(api.admin, "Role", {"role_name": role, "desk_access": 1})
        for definition in (CARDS, CLIENT):
            create(api.admin, "DocType", {"module": "CRM", "custom": 1, **definition})
        api.make_user(CLERK, "Clerk")
        api.make_user(OFFICER, "Officer")
        create(api.admin, "Client", client("C1"))
        return api.keys


def client(code: str, **other: Any) -> dict[str, Any]:
    """The values of a client."""
    values: dict[str, Any] = {
        "code": code,
        "id_number": ID_NUMBER,
        "card": CARD,
        "mobile": MOBILE,
        "mail": MAIL,
        "person": PERSON,
        "pay": PAY,
        "higher": HIGHER,
        "cards": [{"bank": "工商银行", "account": ACCOUNT}],
    }
    return {**values, **other}


def leaks(answer: httpx.Response | bytes | str) -> list[str]:
    """The confidential values in an answer, or in any text."""
    text = answer if isinstance(answer, str) else ""
    if isinstance(answer, httpx.Response):
        text = answer.content.decode("utf-8", "replace") + str(answer.headers)
    elif isinstance(answer, bytes):
        text = answer.decode("utf-8", "replace")
    return [value for value in VALUES if value in text or value.encode("unicode_escape").decode() in text]
