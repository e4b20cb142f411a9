"""Checks of whom an action is for: users that are there, and fields that name some."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from crm_platform.automation.checks.faults import at, field_faults
from crm_platform.automation.rule import Action
from crm_platform.documents.coerce import is_email
from crm_platform.documents.context import Context
from crm_platform.errors import FieldError, ValidationError
from crm_platform.metadata.model import DocType

Place = Callable[[str], FieldError]
"""Fieldname → where a fault of it stands."""


def lookup_faults(ctx: Context, meta: DocType, action: Action, place: Place) -> Iterator[FieldError]:
    """The field that is looked up is there, also through a link, and the users of the table are."""
    link, dot, column = action.text("lookup_field").partition(".")
    field = meta.field(link)
    target = ctx.definitions.get(field.options) if field is not None and field.fieldtype == "Link" else None
    yield from field_faults(meta, link, place("lookup_field"))
    if dot and (target is None or column not in target.columns):
        template = "{field} does not lead to a field of a linked document."
        yield at(place("lookup_field"), template, field=f"{link}.{column}")
    try:
        table = action.table("lookup")
    except ValidationError as error:
        yield at(place("lookup"), error.template, **error.params)
        return
    users = [str(user) for named in table.values() for user in (named if isinstance(named, list) else [named])]
    known = ctx.connection.existing(ctx.definitions["User"], users)
    for user in users:
        if user not in known:
            yield at(place("lookup"), "User {user} not found.", user=user)


def people_faults(ctx: Context, meta: DocType, action: Action, place: Place) -> Iterator[FieldError]:
    """Somebody is named, and the users and fields named are there."""
    users, fields = action.lines("users"), action.lines("user_fields")
    if not users and not fields and not (action.text("role") or action.text("user_group")):
        yield at(place("users"), "Say for whom: users, a role, a team, or fields that name users.")
    known = ctx.connection.existing(ctx.definitions["User"], users)
    for name in users:
        if name not in known and not (action.kind == "Send Mail" and is_email(name)):
            yield at(place("users"), "User {user} not found.", user=name)
    for name in fields:
        yield from field_faults(meta, name, place("user_fields"))
