"""What keeps rights from growing by themselves: listeners on the documents that rights are made of."""

from __future__ import annotations

from crm_platform.access.privilege import is_manager, require_above, require_manager
from crm_platform.access.profile import AUTOMATIC_ROLES, SYSTEM_MANAGER
from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.query import Column, Query
from crm_platform.documents.context import ADMINISTRATOR, GUEST, Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Handler
from crm_platform.errors import FieldError, PermissionError, ValidationError

STANDARD_USERS = frozenset({ADMINISTRATOR, GUEST})
STANDARD_ROLES = AUTOMATIC_ROLES | {SYSTEM_MANAGER}

MANAGED = ("Role", "Role Profile", "User Permission", "Custom DocPerm", "System Settings")
"""DocTypes whose documents decide about rights, whatever a permission row says about them."""

# fmt: off
SELF_SERVICE = frozenset({
    "first_name", "last_name", "full_name", "language", "time_zone", "desk_theme", "user_image", "mobile_no",
    "phone", "location", "birth_date", "gender", "bio", "email_signature", "default_workspace",
    "new_password",
})
# fmt: on
"""Fields that users change on their own account."""


def guard_managed(ctx: Context, doc: Document) -> None:
    require_manager(ctx, doc.doctype)


def guard_user(ctx: Context, doc: Document) -> None:
    """Only a System Manager makes and edits users; everybody edits SELF_SERVICE fields of the own account."""
    _check_roles(doc)
    if doc.before is not None:
        _check_standard_user(doc)
        _check_last_manager(ctx, doc, still=_manages(doc))
        _check_own_reign(ctx, doc, still=_manages(doc))
    if not is_manager(ctx):
        _check_self_service(ctx, doc)
    if doc.before is not None:
        require_above(ctx, doc["name"])


def guard_user_gone(ctx: Context, doc: Document) -> None:
    """Standard users stay, and so does the last System Manager."""
    require_manager(ctx, doc.doctype)
    if doc["name"] in STANDARD_USERS:
        raise ValidationError("User {name} cannot be deleted.", name=doc["name"])
    _check_last_manager(ctx, doc, still=False)
    _check_own_reign(ctx, doc, still=False)


def guard_user_renamed(ctx: Context, doc: Document) -> None:
    require_manager(ctx, doc.doctype)
    if doc["name"] in STANDARD_USERS:
        raise ValidationError("User {name} cannot be renamed.", name=doc["name"])


def guard_role(ctx: Context, doc: Document) -> None:
    require_manager(ctx, doc.doctype)
    if doc.get("disabled") and doc.get("role_name") in STANDARD_ROLES:
        raise ValidationError("Role {role} cannot be disabled.", role=doc["role_name"])


def guard_role_gone(ctx: Context, doc: Document) -> None:
    require_manager(ctx, doc.doctype)
    if doc["name"] in STANDARD_ROLES:
        raise ValidationError("Role {role} cannot be deleted or renamed.", role=doc["name"])


def _check_roles(doc: Document) -> None:
    for index, row in enumerate(doc["roles"] or (), start=1):
        if row.get("role") in AUTOMATIC_ROLES:
            template = "Role {role} is given automatically. Take it out of the list."
            fault = FieldError("role", template, table="roles", row=index, params={"role": row["role"]})
            raise ValidationError(template, errors=[fault], role=row["role"])


def _check_standard_user(doc: Document) -> None:
    if doc["name"] in STANDARD_USERS and not doc.get("enabled"):
        fault = FieldError("enabled", "Must stay enabled.")
        raise ValidationError("User {name} cannot be disabled.", errors=[fault], name=doc["name"])


def _check_own_reign(ctx: Context, doc: Document, *, still: bool) -> None:
    """Nobody takes the studio away from themselves: they could not give it back."""
    if still or ctx.user in STANDARD_USERS or ctx.user != doc["name"] or not _manages(doc.before or doc):
        return
    template = (
        "You would lose the role System Manager and could not give it back to yourself. Let another System Manager "
        "do it."
    )
    raise ValidationError(template, errors=[FieldError("roles" if doc.get("enabled") else "enabled", template)])


def _check_self_service(ctx: Context, doc: Document) -> None:
    if doc.before is None or doc["name"] != ctx.user:
        raise PermissionError("Only a System Manager may change {doctype}.", doctype=doc.doctype)
    fields = [field for field in doc.meta.data_fields if doc.has_changed(field.fieldname)]
    refused = [field for field in fields if field.fieldname not in SELF_SERVICE]
    if roles_of(doc) != roles_of(doc.before):
        refused.append(doc.meta.by_name["roles"])
    if refused:
        raise PermissionError(
            "You may not change {field} of your own account. Ask a System Manager.",
            field=refused[0].label or refused[0].fieldname,
            errors=[FieldError(field.fieldname, "Cannot be set by you.", "PermissionError") for field in refused],
        )


def roles_of(doc: Document) -> frozenset[str]:
    return frozenset(row["role"] for row in doc["roles"] or () if row.get("role"))


def _manages(doc: Document) -> bool:
    return bool(doc.get("enabled")) and SYSTEM_MANAGER in roles_of(doc)


def _check_last_manager(ctx: Context, doc: Document, *, still: bool) -> None:
    """Somebody besides Administrator who was the only System Manager cannot stop being it."""
    before = doc.before or doc
    if still or doc["name"] in STANDARD_USERS or not _manages(before):
        return
    managing = all_of(Compare(("role",), "=", SYSTEM_MANAGER), Compare(("parenttype",), "=", "User"))
    parents = ctx.connection.select(
        Query(ctx.definitions["Has Role"], (Column(("parent",), "parent"),), where=managing)
    )
    others = tuple(row["parent"] for row in parents if row["parent"] not in (doc["name"], *STANDARD_USERS))
    enabled = all_of(Compare(("name",), "in", others), Compare(("enabled",), "=", 1))
    if not ctx.connection.count(Query(ctx.definitions["User"], where=enabled), cap=1):
        raise ValidationError(
            "{name} is the last System Manager. Give the role to somebody else first.", name=doc["name"]
        )


MANAGED_EVENTS: dict[str, Handler] = {
    "validate": guard_managed,
    "on_trash": guard_managed,
    "before_rename": guard_managed,
}
HANDLERS: dict[str, dict[str, Handler]] = {
    **dict.fromkeys(MANAGED, MANAGED_EVENTS),
    "User": {"validate": guard_user, "on_trash": guard_user_gone, "before_rename": guard_user_renamed},
    "Role": {"validate": guard_role, "on_trash": guard_role_gone, "before_rename": guard_role_gone},
}
