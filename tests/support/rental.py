"""Equipment rental, an application that tests build from nothing: its parts as data, and who works with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from support.served import PATIENCE, ServedSite, create
from support.shop import storage_of

CLERK, FIRST, SECOND = "clerk@rental.example", "first@rental.example", "second@rental.example"
PASSWORD = "a long enough 密码 7"
ROLES = {CLERK: ("Rental Clerk", "Sales User"), FIRST: ("Rental Manager",), SECOND: ("Rental Manager",)}


@dataclass(frozen=True)
class Field:
    """A field to add: what the palette calls its kind, its label, and further properties by their label."""

    kind: str
    label: str
    properties: tuple[tuple[str, str], ...] = ()


TABLE = "Rows of another DocType (child table)"
CATEGORY = (Field("Data", "Category Name"),)
EQUIPMENT = (Field("Data", "Equipment Name"), Field("Link", "Category", (("Options", "Equipment Category"),)))
CHARGE = (
    Field("Data", "Description"),
    Field("Int", "Days"),
    Field("Currency", "Rate"),
    Field("Currency", "Amount", (("Formula", "doc.days * doc.rate"),)),
)
RENTAL = (
    Field("Data", "Site of Use"),
    Field("Link", "Equipment", (("Options", "Equipment"),)),
    Field("Table", "Charges", (("Options", "Rental Charge"),)),
    Field("Currency", "Total", (("Roll-up", '{"function": "sum", "field": "amount", "table": "charges"}'),)),
)
TIMES = Field("Int", "Times Rented", (("Roll-up", '{"function": "count", "from": "Rental", "link": "equipment"}'),))

STATES = (("Rental Draft", "Rental Clerk"), ("Rental Asked", "Rental Manager"), ("Rental Approved", "Rental Manager"))
STEPS = (
    ("Rental Draft", "Ask", "Rental Asked", "Rental Clerk", 1),
    ("Rental Asked", "Agree", "Rental Approved", "Rental Manager", 2),
)
WORKFLOW: list[dict[str, Any]] = [
    *({"doctype": "Workflow State", "name": state, "workflow_state_name": state} for state, _ in STATES),
    *({"doctype": "Workflow Action Master", "name": step[1], "workflow_action_name": step[1]} for step in STEPS),
    {
        "doctype": "Workflow",
        "name": "Rental Approval",
        "workflow_name": "Rental Approval",
        "document_type": "Rental",
        "is_active": 1,
        "workflow_state_field": "workflow_state",
        "states": [{"state": state, "doc_status": "0", "allow_edit": role} for state, role in STATES],
        "transitions": [
            {"state": state, "action": action, "next_state": then, "allowed": role, "approvals_required": count}
            for state, action, then, role, count in STEPS
        ],
    },
]
SLIP = {
    "doctype": "Print Format",
    "name": "Rental Slip",
    "doc_type": "Rental",
    "custom_format": 1,
    "print_format_type": "Jinja",
    "html": "<h1>租赁单 {{ doc.name }}</h1>{% for row in doc.charges %}<p>{{ row.description }}</p>{% endfor %}",
}
CARD = {
    "doctype": "Number Card",
    "name": "Rentals",
    "label": "Rentals",
    "type": "Document Type",
    "document_type": "Rental",
}
DASHBOARD = {
    "doctype": "Dashboard",
    "name": "Rental Desk",
    "dashboard_name": "Rental Desk",
    "cards": [{"card": "Rentals"}],
}
RECORDS = [SLIP, {**CARD, "function": "Count", "filters_json": "[]"}, DASHBOARD]


def session_of(served: ServedSite, email: str) -> str:
    """A session of the browser, which ends with the site."""
    answer = httpx.post(f"{served.url}/api/method/login", data={"usr": email, "pwd": PASSWORD}, timeout=PATIENCE)
    return answer.cookies["sid"]


def hire(served: ServedSite) -> dict[str, dict[str, Any]]:
    """The two roles and the three people; their browser sessions by address."""
    with served.client() as admin:
        for role in ("Rental Clerk", "Rental Manager"):
            create(admin, "Role", role_name=role, desk_access=1)
        for email, roles in ROLES.items():
            given = [{"role": role} for role in roles]
            create(admin, "User", email=email, first_name=email.partition("@")[0], new_password=PASSWORD, roles=given)
    return {email: storage_of(session_of(served, email)) for email in ROLES}
