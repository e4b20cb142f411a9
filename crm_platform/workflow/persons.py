"""Who somebody is and for whom he acts: several accounts of one person, delegations, roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crm_platform.database.conditions import Compare, all_of, any_of
from crm_platform.database.query import Column, Query
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.documents.policy import AllowAll
from crm_platform.errors import FieldError, PermissionError, ValidationError

DELEGATION = "Approval Delegation"
SYSTEM_MANAGER = "System Manager"


@dataclass(frozen=True)
class Capacity:
    """In which somebody acts: for himself (`on_behalf_of` is empty) or for who delegated his approvals."""

    roles: frozenset[str]
    on_behalf_of: str = ""


def person_of(ctx: Context, user: str) -> str:
    """The account that stands for all accounts of a person (our User.same_person_as); of a ring the first by name."""
    meta = ctx.definitions["User"]
    seen = [user]
    while True:
        row = ctx.connection.get_row(meta, seen[-1])
        following = str((row or {}).get("same_person_as") or "")
        if not following:
            return seen[-1]
        if following in seen:
            return min(seen[seen.index(following) :])
        seen.append(following)


def capacities(ctx: Context, doctype: str) -> list[Capacity]:
    """The caller himself, then everybody whose approvals of this DocType he gives today."""
    return [Capacity(ctx.roles), *(Capacity(_roles(ctx, user), user) for user in _delegating(ctx, doctype))]


def _delegating(ctx: Context, doctype: str) -> list[str]:
    meta = ctx.definitions.get(DELEGATION)
    if meta is None:
        return []
    today = ctx.now().astimezone(ctx.runtime.zone).date()
    valid = all_of(
        Compare(("delegate",), "=", ctx.user),
        Compare(("from_date",), "<=", today),
        Compare(("to_date",), ">=", today),
        any_of(Compare(("document_type",), "is", "not set"), Compare(("document_type",), "=", doctype)),
    )
    rows = ctx.connection.select(Query(meta, (Column(("user",), "user"),), valid))
    users = ctx.definitions["User"]
    return [name for name in sorted({str(row["user"]) for row in rows}) if _is_enabled(ctx, users, name)]


def _is_enabled(ctx: Context, users: Any, name: str) -> bool:
    row = ctx.connection.get_row(users, name)
    return row is not None and bool(row["enabled"])


def _roles(ctx: Context, user: str) -> frozenset[str]:
    belongs = all_of(Compare(("parenttype",), "=", "User"), Compare(("parent",), "=", user))
    rows = ctx.connection.select(Query(ctx.definitions["Has Role"], (Column(("role",), "role"),), belongs))
    return frozenset(str(row["role"]) for row in rows) & live_roles(ctx)


def live_roles(ctx: Context) -> frozenset[str]:
    """The roles that are not disabled: a disabled one gives nobody anything."""
    enabled = Query(ctx.definitions["Role"], (Column(("name",), "name"),), Compare(("disabled",), "!=", 1))
    return frozenset(str(row["name"]) for row in ctx.connection.select(enabled))


def users_with(ctx: Context, role: str) -> list[str]:
    """The enabled users who have a role."""
    users = ctx.definitions["User"]
    there = everybody_with(ctx, role) if role in live_roles(ctx) else []
    return [name for name in there if _is_enabled(ctx, users, name)]


def everybody_with(ctx: Context, role: str) -> list[str]:
    """The users who were given a role, also those who may not sign in any more."""
    held = all_of(Compare(("parenttype",), "=", "User"), Compare(("role",), "=", role))
    rows = ctx.connection.select(Query(ctx.definitions["Has Role"], (Column(("parent",), "parent"),), held))
    return sorted({str(row["parent"]) for row in rows})


def check_delegation(ctx: Context, doc: Document) -> None:
    """Only one's own approvals are delegated, to somebody else, for days that are in order."""
    if doc["user"] != ctx.user and SYSTEM_MANAGER not in ctx.roles and not isinstance(ctx.policy, AllowAll):
        raise PermissionError("Delegate your own approvals only. A System Manager delegates those of others.")
    if doc["user"] and doc["delegate"] and person_of(ctx, doc["user"]) == person_of(ctx, doc["delegate"]):
        sentence = "Approvals are delegated to another person. Choose somebody else."
        raise ValidationError(sentence, errors=[FieldError("delegate", sentence)])
    if doc["from_date"] and doc["to_date"] and doc["to_date"] < doc["from_date"]:
        sentence = "The last day is before the first one. Choose a later day."
        raise ValidationError(sentence, errors=[FieldError("to_date", sentence)])


LISTENERS = [Listener("core", DELEGATION, "validate", check_delegation)]
