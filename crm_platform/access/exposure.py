"""What guests, everybody who is signed in, and people of the portal reach by roles, by shares and as public files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crm_platform.access.profile import SHARE_RIGHTS, share_rights
from crm_platform.database.conditions import Compare
from crm_platform.database.query import Query
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
    if_team: bool
    level: int
    layer: str
    confidential: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """One document that somebody outside reaches by a share; `user` is empty where it is shared with everyone."""

    doctype: str
    name: str
    user: str
    rights: tuple[str, ...]


MOST_SHARES = 500
"""Shares that are listed."""


def shares(ctx: Context) -> list[Shared]:
    """Documents that are shared with everyone who signs in, or with somebody of the portal."""
    system = ctx.as_system().store
    portal = [row["name"] for row in system.list("User", filters={"user_type": "Website User"}, limit=None)]
    fields = ("share_doctype", "share_name", "user", "everyone", *SHARE_RIGHTS)
    wide = [("everyone", "=", 1), ("user", "in", portal)]
    order = "share_doctype asc, share_name asc"
    rows = system.list("DocShare", fields=fields, or_filters=wide, order_by=order, limit=MOST_SHARES)
    return [_shared(row) for row in rows]


def _shared(row: Mapping[str, Any]) -> Shared:
    held = share_rights(row)
    user = "" if row["everyone"] else str(row["user"])
    return Shared(
        row["share_doctype"], row["share_name"], user, tuple(right for right in SHARE_RIGHTS if right in held)
    )


def public_files(ctx: Context) -> int:
    """How many files anybody may open who knows their address."""
    return ctx.connection.count(Query(ctx.definitions["File"], where=Compare(("is_private",), "!=", 1)))


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
            whose = (row.if_owner, row.if_team)
            yield Reached(row.role, meta.name, actions, *whose, row.permlevel, layer, _confidential(meta, row))


def _confidential(meta: DocType, row: DocPerm) -> tuple[str, ...]:
    if "mask" not in row.actions:
        return ()
    return tuple(field.fieldname for field in meta.fields if field.is_masked and field.permlevel == row.permlevel)
