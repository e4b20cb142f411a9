"""Who could act in a workflow: the enabled people of a site by role, several accounts of one person counted once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from crm_platform.database.conditions import Compare
from crm_platform.database.query import Column, Query
from crm_platform.documents.context import ADMINISTRATOR, Context
from crm_platform.workflow.persons import live_roles, person_of

GUEST = "Guest"
EVERYBODY = frozenset({"All", "Desk User"})
"""Roles that people have without being given them."""


@dataclass(frozen=True)
class Cast:
    """`persons` is the account that stands for each enabled user, `roles` who has each role. The Administrator, who may
    do everything, is none of them."""

    persons: Mapping[str, str]
    roles: Mapping[str, frozenset[str]]

    def with_role(self, role: str) -> frozenset[str]:
        """The users who have a role."""
        return frozenset(self.persons) if role in EVERYBODY else self.roles.get(role, frozenset())

    def with_any(self, roles: Collection[str]) -> frozenset[str]:
        return frozenset().union(*(self.with_role(role) for role in roles))

    def is_same(self, one: str, other: str) -> bool:
        """Whether two accounts are of one person."""
        return self.persons.get(one, one) == self.persons.get(other, other)

    def fill(self, seats: Sequence[Collection[str]]) -> bool:
        """Whether each seat (the users who may take it) can be taken by another person."""
        taken: dict[str, int] = {}

        def seat(position: int, tried: set[str]) -> bool:
            for person in sorted({self.persons[user] for user in seats[position]} - tried):
                tried.add(person)
                if person not in taken or seat(taken[person], tried):
                    taken[person] = position
                    return True
            return False

        return all(seat(position, set()) for position in range(len(seats)))


def cast_of(ctx: Context) -> Cast:
    """The people of the site as they are now."""
    users = ctx.connection.select(
        Query(ctx.definitions["User"], (Column(("name",), "name"),), Compare(("enabled",), "=", 1))
    )
    names = {str(row["name"]) for row in users} - {ADMINISTRATOR, GUEST}
    columns = (Column(("parent",), "parent"), Column(("role",), "role"))
    given = ctx.connection.select(Query(ctx.definitions["Has Role"], columns, Compare(("parenttype",), "=", "User")))
    roles: dict[str, set[str]] = {}
    live = live_roles(ctx)
    for row in given:
        if row["parent"] in names and row["role"] in live:
            roles.setdefault(str(row["role"]), set()).add(str(row["parent"]))
    return Cast({name: person_of(ctx, name) for name in names}, {role: frozenset(who) for role, who in roles.items()})
