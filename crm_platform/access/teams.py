"""Teams (Frappe's User Group) as rights see them: whose documents a permission row with `if_team` is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crm_platform.database.conditions import Compare, Condition, all_of, any_of
from crm_platform.database.interface import Row
from crm_platform.database.query import Column, Query
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.metadata.model import DocType

USER_GROUP, MEMBER = "User Group", "User Group Member"

Teams = Mapping[str, frozenset[str]]
"""The members of each team."""


def teams_of(ctx: Context, user: str) -> Teams:
    """The teams that are at work and that `user` is a member of."""
    mine = all_of(Compare(("user",), "=", user), Compare(("parenttype",), "=", USER_GROUP))
    joined = tuple(sorted({row["parent"] for row in _select(ctx, MEMBER, "parent", mine)}))
    at_work = all_of(Compare(("name",), "in", joined), Compare(("disabled",), "!=", 1))
    return _with_members(ctx, [row["name"] for row in _select(ctx, USER_GROUP, "name", at_work)] if joined else [])


def _with_members(ctx: Context, names: Sequence[str]) -> Teams:
    members: dict[str, set[str]] = {name: set() for name in sorted(names)}
    for row in ctx.connection.get_children(ctx.definitions[MEMBER], USER_GROUP, names) if names else ():
        members[row["parent"]].add(str(row["user"]))
    return {name: frozenset(users) for name, users in members.items()}


def of_teams(doctype: DocType, user: str, teams: Teams) -> Condition:
    """The documents that the user or a colleague made, and those with a link to a team of the user."""
    colleagues = tuple(sorted({user}.union(*teams.values())))
    links = (field.fieldname for field in doctype.link_fields if field.options == USER_GROUP)
    named = (Compare((fieldname,), "in", tuple(sorted(teams))) for fieldname in links if teams)
    return any_of(Compare(("owner",), "in", colleagues), *named)


def teams_about(ctx: Context, document: Document) -> Teams:
    """The teams that a document belongs to: those of its owner, and those that its links name."""
    links = [field.fieldname for field in document.meta.link_fields if field.options == USER_GROUP]
    named = [str(document[fieldname]) for fieldname in links if document.get(fieldname)]
    return {**teams_of(ctx, str(document.get("owner") or "")), **_with_members(ctx, named)}


def _select(ctx: Context, doctype: str, column: str, where: Condition) -> list[Row]:
    return ctx.connection.select(Query(ctx.definitions[doctype], (Column((column,), column),), where))
