"""What roles, shares and the own account grant, as rules."""

from __future__ import annotations

from collections.abc import Mapping

from crm_platform.access.profile import Profile
from crm_platform.access.rules import Rule
from crm_platform.access.teams import of_teams
from crm_platform.database.conditions import EVERYTHING, NOTHING, Compare, Condition, any_of
from crm_platform.metadata.model import DocPerm, DocType

ACCEPTED = {"select": frozenset({"select", "read"})}
"""Actions that more than one flag of a permission row grants: who may read may also pick from a list."""

SHARED_AS = {
    "select": "read",
    "read": "read",
    "print": "read",
    "email": "read",
    "write": "write",
    "share": "share",
    "submit": "submit",
}
"""The right of a share that each action needs; the other actions are never shared."""

OWN_ACCOUNT = frozenset({"select", "read", "write"})


def accepted(action: str) -> frozenset[str]:
    """The flags of a permission row that grant an action."""
    return ACCEPTED.get(action, frozenset({action}))


def accepts(permission: DocPerm, action: str) -> bool:
    return bool(permission.actions & accepted(action))


def role_rules(doctype: DocType, action: str, profile: Profile) -> tuple[Rule, ...]:
    """One rule per permission row at level 0 of one of the user's roles."""
    layer = doctype.provenance.get("permissions", doctype.layer)
    return tuple(
        Rule(
            "role",
            _sentence(permission, profile),
            whose(permission, doctype, profile),
            {"role": permission.role, "action": action, "doctype": doctype.name, **_teams(permission, profile)},
            layer,
        )
        for permission in doctype.permissions
        if permission.permlevel == 0 and permission.role in profile.roles and accepts(permission, action)
    )


def whose(permission: DocPerm, doctype: DocType, profile: Profile) -> Condition:
    """The documents that a permission row is about: all, those of the user's teams, or the own ones."""
    if permission.if_team:
        return of_teams(doctype, profile.user, profile.teams)
    return Compare(("owner",), "=", profile.user) if permission.if_owner else EVERYTHING


def _sentence(permission: DocPerm, profile: Profile) -> str:
    if permission.if_team and profile.teams:
        return "Role {role} may {action} {doctype} of the user's teams: {teams}."
    if permission.if_team:
        return "Role {role} may {action} {doctype} of the user's teams; the user is in none and has the own ones."
    if permission.if_owner:
        return "Role {role} may {action} {doctype} that the user owns."
    return "Role {role} may {action} {doctype}."


def _teams(permission: DocPerm, profile: Profile) -> dict[str, str]:
    return {"teams": ", ".join(profile.teams)} if permission.if_team and profile.teams else {}


def share_rules(doctype: DocType, action: str, profile: Profile) -> tuple[Rule, ...]:
    """The documents that were shared with the user, or with everyone, for this action."""
    right = SHARED_AS.get(action)
    shares = profile.shares.get(doctype.name)
    if right is None or not shares:
        return ()
    names = tuple(sorted(name for name, rights in shares.items() if right in rights))
    return (
        Rule(
            "share",
            "{count} {doctype} are shared with the user for {right}.",
            Compare(("name",), "in", names) if names else NOTHING,
            {"count": len(names), "doctype": doctype.name, "right": right},
        ),
    )


def own_account_rules(doctype: DocType, action: str, profile: Profile) -> tuple[Rule, ...]:
    """Everybody reads and edits the own User document; `guards` says which fields."""
    if doctype.name != "User" or profile.is_guest or action not in OWN_ACCOUNT:
        return ()
    return (Rule("own account", "It is the user's own account.", Compare(("name",), "=", profile.user)),)


def role_levels(doctype: DocType, action: str, profile: Profile) -> Mapping[int, Condition]:
    """Field levels above 0 that the user's roles open, each with the documents on which it is open.

    The levels of a new document (`create`) are those that the user may write, as in Frappe.
    """
    wanted = "write" if action == "create" else action
    found: dict[int, Condition] = {}
    for permission in doctype.permissions:
        if permission.permlevel > 0 and permission.role in profile.roles and wanted in permission.actions:
            rows = whose(permission, doctype, profile)
            found[permission.permlevel] = any_of(found.get(permission.permlevel, NOTHING), rows)
    return found
