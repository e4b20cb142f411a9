"""What guests, everybody who is signed in, and people of the portal reach: to look through before a site goes open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crm_platform.documents.context import Context
from crm_platform.metadata.model import PERMISSION_ACTIONS, DocPerm, DocType

AUTOMATIC = ("Guest", "All")
"""Roles that nobody is given: that of visitors, and that of everybody who is signed in."""


@dataclass(frozen=True, slots=True)
class Reached:
    """One permission row of a role that outsiders have.

    `layer` is who gives it; `confidential` are the fields of the row's level whose values the role sees unmasked.
    """

    role: str
    doctype: str
    actions: tuple[str, ...]
    if_owner: bool
    level: int
    layer: str
    confidential: tuple[str, ...]


def outside_roles(ctx: Context) -> tuple[str, ...]:
    """The automatic roles, then the enabled ones without access to the desk, by name."""
    asked = {"desk_access": 0, "disabled": 0}
    rows = ctx.as_system().store.list("Role", filters=asked, order_by="name", limit=None)
    return (*AUTOMATIC, *(row["name"] for row in rows if row["name"] not in AUTOMATIC))


def exposure(ctx: Context) -> list[Reached]:
    """Everything that outsiders reach by roles, sorted by role and DocType. Filters of packs may narrow it further."""
    roles = outside_roles(ctx)
    found = [one for meta in ctx.definitions.values() for one in _reached(meta, frozenset(roles))]
    return sorted(found, key=lambda one: (roles.index(one.role), one.doctype, one.level))


def _reached(meta: DocType, roles: frozenset[str]) -> Iterator[Reached]:
    layer = meta.provenance.get("permissions", meta.layer)
    for row in meta.permissions:
        actions = tuple(action for action in PERMISSION_ACTIONS if action in row.actions)
        if row.role in roles and actions:
            yield Reached(row.role, meta.name, actions, row.if_owner, row.permlevel, layer, _confidential(meta, row))


def _confidential(meta: DocType, row: DocPerm) -> tuple[str, ...]:
    if "mask" not in row.actions:
        return ()
    return tuple(field.fieldname for field in meta.fields if field.is_masked and field.permlevel == row.permlevel)
