"""Role Profile (Frappe): a user who has one has its roles, and gets its changes."""

from __future__ import annotations

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Handler
from crm_platform.errors import FieldError, ValidationError

PROFILE = "Role Profile"
FIELD = "role_profile_name"
"""Frappe User.role_profile_name."""


def take_roles(ctx: Context, doc: Document) -> None:
    """The roles of the profile take the place of those in the list, which nobody keeps by hand any more."""
    profile = doc.get(FIELD)
    system = ctx.as_system().store
    if profile and system.exists(PROFILE, profile):
        given = [row["role"] for row in system.get(PROFILE, profile)["roles"]]
        if given != [row.get("role") for row in doc["roles"] or ()]:
            doc["roles"] = [{"role": role} for role in given]


def hand_on(ctx: Context, doc: Document) -> None:
    """Everybody with the profile gets the roles that it has now."""
    for user in _holders(ctx, doc["name"]):
        ctx.store.save(ctx.store.get("User", user, for_update=True))


def refuse_held(ctx: Context, doc: Document) -> None:
    """A profile that somebody has stays: nobody could tell which roles they should have without it."""
    held = _holders(ctx, doc["name"])
    if held:
        template = "{user} has the role profile {profile}. Give everybody who has it another one first."
        raise ValidationError(
            template, user=held[0], profile=doc["name"], errors=[FieldError(FIELD, "Choose another one.")]
        )


def _holders(ctx: Context, profile: str) -> list[str]:
    rows = ctx.as_system().store.list("User", filters={FIELD: profile}, order_by="name", limit=None)
    return [str(row["name"]) for row in rows]


HANDLERS: dict[str, dict[str, Handler]] = {
    "User": {"before_validate": take_roles},
    PROFILE: {"on_update": hand_on, "on_trash": refuse_held},
}
