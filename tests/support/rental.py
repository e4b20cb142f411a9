"""Equipment rental, an application that tests build from nothing: its parts as data, and who works with it."""

from __future__ import annotations

from typing import Any

from support.served import ServedSite, create
from support.shop import storage_of
from support.studio import Field, Rollup

CLERK, FIRST, SECOND = "clerk@rental.example", "first@rental.example", "second@rental.example"
PASSWORD = "a long enough 密码 7"
ROLES = {CLERK: ("Rental Clerk", "Sales User"), FIRST: ("Rental Manager",), SECOND: ("Rental Manager",)}

TABLE = "Rows of another DocType (child table)"
CATEGORY = (Field("Data", "Category Name"),)
EQUIPMENT = (Field("Data", "Equipment Name"), Field("Link", "Category", "Equipment Category"))
CHARGE = (
    Field("Data", "Description"),
    Field("Int", "Days"),
    Field("Currency", "Rate"),
    Field("Currency", "Amount", formula="doc.days * doc.rate"),
)
RENTAL = (
    Field("Data", "Site of Use"),
    Field("Link", "Equipment", "Equipment"),
    Field("Table", "Charges", "Rental Charge"),
    Field("Currency", "Total", rollup=Rollup("Own table Charges", "Sum", "Amount")),
)
TIMES = Field("Int", "Times Rented", rollup=Rollup("Rental", "Number"))


def hire(served: ServedSite) -> dict[str, dict[str, Any]]:
    """The two roles and the three people; what their browsers hold, by address."""
    with served.client() as admin:
        for role in ("Rental Clerk", "Rental Manager"):
            create(admin, "Role", role_name=role, desk_access=1)
        for email, roles in ROLES.items():
            given = [{"role": role} for role in roles]
            create(admin, "User", email=email, first_name=email.partition("@")[0], new_password=PASSWORD, roles=given)
    return {email: storage_of(served.session(email, PASSWORD)) for email in ROLES}
