"""What is known about a user in one transaction: type, roles, restrictions and shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crm_platform.access.settings import SecuritySettings, load_settings
from crm_platform.access.teams import Teams, teams_of
from crm_platform.database.conditions import Compare, Condition, any_of
from crm_platform.database.interface import Row
from crm_platform.database.query import Column, Query
from crm_platform.documents.context import ADMINISTRATOR, GUEST, Context

SYSTEM_MANAGER = "System Manager"
ALL = "All"
DESK_USER = "Desk User"
AUTOMATIC_ROLES = frozenset({ADMINISTRATOR, GUEST, ALL, DESK_USER})
"""Roles that follow from the kind of user; nobody gives or takes them (Frappe's automatic roles)."""

SYSTEM_USER = "System User"
SHARE_RIGHTS = ("read", "write", "share", "submit")


@dataclass(frozen=True, slots=True)
class Restriction:
    """One User Permission of Frappe. `applicable_for` is empty when it applies to all DocTypes."""

    value: str
    applicable_for: str = ""
    hide_descendants: bool = False


@dataclass(frozen=True, eq=False)
class Profile:
    """A user's standing. `restrictions` is by allowed DocType, `shares` by DocType and document name, `teams` tells the
    members of each."""

    user: str
    enabled: bool = True
    user_type: str = ""
    full_name: str = ""
    language: str = ""
    time_zone: str = ""
    roles: frozenset[str] = frozenset()
    restrictions: Mapping[str, tuple[Restriction, ...]] = field(default_factory=dict)
    shares: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    teams: Teams = field(default_factory=dict)
    settings: SecuritySettings = field(default_factory=SecuritySettings)

    @property
    def is_administrator(self) -> bool:
        return self.user == ADMINISTRATOR

    @property
    def is_guest(self) -> bool:
        return self.user == GUEST


def load_profile(ctx: Context, user: str) -> Profile | None:
    """Read a user's profile from the database; None for a user that does not exist."""
    settings = load_settings(ctx)
    if user == GUEST:
        return Profile(GUEST, full_name=GUEST, roles=frozenset({GUEST}), settings=settings)
    row = ctx.connection.get_row(ctx.definitions["User"], user)
    if row is None:
        return None
    return Profile(
        user=user,
        enabled=bool(row["enabled"]),
        user_type=row["user_type"] or "",
        full_name=row["full_name"] or row["first_name"] or user,
        language=row["language"] or "",
        time_zone=row["time_zone"] or "",
        roles=_roles(ctx, user, row["user_type"] or ""),
        restrictions=_restrictions(ctx, user),
        shares=_shares(ctx, user),
        teams=teams_of(ctx, user),
        settings=settings,
    )


def _roles(ctx: Context, user: str, user_type: str) -> frozenset[str]:
    role = ctx.definitions["Role"]
    live = {row["name"] for row in ctx.connection.select(Query(role, where=Compare(("disabled",), "!=", 1)))}
    automatic = {GUEST, ALL} | ({DESK_USER} if user_type == SYSTEM_USER else set())
    if user == ADMINISTRATOR:
        return frozenset(live | AUTOMATIC_ROLES)
    given = {row["role"] for row in ctx.connection.get_children(ctx.definitions["Has Role"], "User", [user])}
    return frozenset((given & live) - AUTOMATIC_ROLES | automatic)


def _select(ctx: Context, doctype: str, where: Condition, *columns: str) -> list[Row]:
    query = Query(ctx.definitions[doctype], tuple(Column((name,), name) for name in columns), where)
    return ctx.connection.select(query)


def _restrictions(ctx: Context, user: str) -> Mapping[str, tuple[Restriction, ...]]:
    rows = _select(
        ctx,
        "User Permission",
        Compare(("user",), "=", user),
        *("allow", "for_value", "apply_to_all_doctypes", "applicable_for", "hide_descendants"),
    )
    found: dict[str, list[Restriction]] = {}
    for row in rows:
        applicable_for = "" if row["apply_to_all_doctypes"] else row["applicable_for"] or ""
        restriction = Restriction(row["for_value"], applicable_for, bool(row["hide_descendants"]))
        found.setdefault(row["allow"], []).append(restriction)
    return {allow: tuple(restrictions) for allow, restrictions in found.items()}


def _shares(ctx: Context, user: str) -> Mapping[str, Mapping[str, frozenset[str]]]:
    mine = any_of(Compare(("user",), "=", user), Compare(("everyone",), "=", 1))
    found: dict[str, dict[str, frozenset[str]]] = {}
    for row in _select(ctx, "DocShare", mine, "share_doctype", "share_name", *SHARE_RIGHTS):
        names = found.setdefault(row["share_doctype"], {})
        names[row["share_name"]] = names.get(row["share_name"], frozenset()) | share_rights(row)
    return found


def share_rights(row: Mapping[str, object]) -> frozenset[str]:
    """The rights of a DocShare; each of them implies reading, as in Frappe."""
    given: Iterable[str] = (right for right in SHARE_RIGHTS if row[right])
    return frozenset({*given, "read"}) if any(row[right] for right in SHARE_RIGHTS) else frozenset()
