"""The smallest change of rights that would turn a decision round: tried out on the decision itself, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations, islice
from typing import Any

from crm_platform.access.grants import SHARED_AS, accepted, accepts
from crm_platform.access.profile import AUTOMATIC_ROLES, Profile, Restriction
from crm_platform.access.teams import Teams
from crm_platform.documents.document import Document
from crm_platform.metadata.model import DocPerm, DocType

MOST_TOGETHER = 2
"""Changes that are tried together at most."""

MOST_TRIED = 2000
MOST_TOLD = 5


@dataclass(frozen=True)
class Standing:
    """What a decision is made of and an administrator can change: somebody's profile, the permission rows."""

    profile: Profile
    doctype: DocType


@dataclass(frozen=True, eq=False)
class Change:
    """One change: a sentence, and the standing after it."""

    template: str
    params: Mapping[str, Any]
    make: Callable[[Standing], Standing]


@dataclass(frozen=True)
class Matter:
    """What is decided about: an action on a DocType or document, the level of a field (0: none), and the document's
    teams."""

    action: str
    document: Document | None = None
    level: int = 0
    teams: Teams = field(default_factory=dict)


Decide = Callable[[Standing], bool]


def smallest_changes(standing: Standing, matter: Matter, decide: Decide) -> list[tuple[Change, ...]]:
    """The smallest sets of changes after which `decide` answers otherwise, at most MOST_TOLD; empty when no change of
    rights does it (a pack's filter, a DocType that cannot be submitted)."""
    now = decide(standing)
    candidates = list(_candidates(standing, matter))
    for size in range(1, MOST_TOGETHER + 1):
        tried = islice(combinations(candidates, size), MOST_TRIED)
        found = [changes for changes in tried if decide(_after(standing, changes)) != now]
        if found:
            return found[:MOST_TOLD]
    return []


def _after(standing: Standing, changes: tuple[Change, ...]) -> Standing:
    for change in changes:
        standing = change.make(standing)
    return standing


def _candidates(standing: Standing, matter: Matter) -> Iterator[Change]:
    yield from _roles(standing)
    yield from _teams(standing, matter)
    yield from _shares(standing, matter)
    yield from _user_permissions(standing, matter)
    yield from _permission_rows(standing, matter)
    if not standing.profile.settings.sharing:
        yield Change("Allow sharing in System Settings.", {}, _with_sharing)


def _roles(standing: Standing) -> Iterator[Change]:
    """Roles that the DocType's permission rows name."""
    own = standing.profile.roles
    for role in sorted({row.role for row in standing.doctype.permissions} - AUTOMATIC_ROLES):
        template = "Take the role {role} from {user}." if role in own else "Give {user} the role {role}."
        yield Change(template, {"role": role, "user": standing.profile.user}, _toggling_role(role))


def _toggling_role(role: str) -> Callable[[Standing], Standing]:
    return lambda s: replace(s, profile=replace(s.profile, roles=s.profile.roles ^ {role}))


def _teams(standing: Standing, matter: Matter) -> Iterator[Change]:
    """Teams that the document belongs to."""
    own = standing.profile.teams
    for team, members in matter.teams.items():
        params = {"team": team, "user": standing.profile.user}
        if team in own:
            yield Change("Take {user} out of the team {team}.", params, _leaving(team))
        else:
            yield Change("Add {user} to the team {team}.", params, _joining(team, members))


def _leaving(team: str) -> Callable[[Standing], Standing]:
    def make(standing: Standing) -> Standing:
        teams = {name: members for name, members in standing.profile.teams.items() if name != team}
        return replace(standing, profile=replace(standing.profile, teams=teams))

    return make


def _joining(team: str, members: frozenset[str]) -> Callable[[Standing], Standing]:
    return lambda s: replace(s, profile=replace(s.profile, teams={**s.profile.teams, team: members}))


def _shares(standing: Standing, matter: Matter) -> Iterator[Change]:
    right = SHARED_AS.get(matter.action)
    if right is None or matter.document is None:
        return
    doctype, name = standing.doctype.name, str(matter.document["name"])
    params = {"doctype": doctype, "name": name, "user": standing.profile.user, "right": right}
    if right in standing.profile.shares.get(doctype, {}).get(name, ()):
        yield Change("Take back the share of {doctype} {name} with {user}.", params, _sharing(doctype, name, ()))
    else:
        template = "Share {doctype} {name} with {user} for {right}."
        yield Change(template, params, _sharing(doctype, name, (right, "read")))


def _sharing(doctype: str, name: str, rights: tuple[str, ...]) -> Callable[[Standing], Standing]:
    def make(standing: Standing) -> Standing:
        shares = standing.profile.shares
        shared = {**shares, doctype: {**shares.get(doctype, {}), name: frozenset(rights)}}
        return replace(standing, profile=replace(standing.profile, shares=shared))

    return make


def _user_permissions(standing: Standing, matter: Matter) -> Iterator[Change]:
    """Each one that there is taken away; one more for each value of the document that they do not let through."""
    for allow, restrictions in standing.profile.restrictions.items():
        for restriction in restrictions:
            params = {"allow": allow, "value": restriction.value, "user": standing.profile.user}
            template = "Remove the user permission {allow} {value} of {user}."
            yield Change(template, params, _restricting(allow, restriction, given=False))
        for value in _values_of(standing.doctype, allow, matter.document):
            params = {"allow": allow, "value": value, "user": standing.profile.user}
            template = "Add the user permission {allow} {value} for {user}."
            yield Change(template, params, _restricting(allow, Restriction(value), given=True))


def _values_of(doctype: DocType, target: str, document: Document | None) -> list[str]:
    if document is None:
        return []
    own = {str(document["name"])} if doctype.name == target else set()
    linked = {str(document[f.fieldname] or "") for f in doctype.link_fields if f.options == target}
    return sorted((own | linked) - {""})


def _restricting(allow: str, restriction: Restriction, *, given: bool) -> Callable[[Standing], Standing]:
    def make(standing: Standing) -> Standing:
        others = tuple(one for one in standing.profile.restrictions.get(allow, ()) if one != restriction)
        kept = {**standing.profile.restrictions, allow: (*others, restriction) if given else others}
        return replace(standing, profile=replace(standing.profile, restrictions=kept))

    return make


def _permission_rows(standing: Standing, matter: Matter) -> Iterator[Change]:
    """The right itself, given to or taken from a role that the user has."""
    wanted = "write" if matter.level and matter.action == "create" else matter.action
    for role in sorted(standing.profile.roles - AUTOMATIC_ROLES):
        for level in sorted({0, matter.level}):
            params = {"role": role, "action": wanted, "doctype": standing.doctype.name, "level": level}
            held = [r for r in standing.doctype.permissions if (r.role, r.permlevel) == (role, level)]
            if any(accepts(row, wanted) for row in held):
                template = "Take the right {action} on {doctype} (level {level}) from the role {role}."
                yield Change(template, params, _taking(role, level, wanted))
            else:
                template = "Give the role {role} the right {action} on {doctype} (level {level})."
                yield Change(template, params, _giving(role, level, wanted))


def _giving(role: str, level: int, action: str) -> Callable[[Standing], Standing]:
    row = DocPerm(role, level, actions=frozenset({action}))
    return lambda s: _with_rows(s, (*s.doctype.permissions, row))


def _taking(role: str, level: int, action: str) -> Callable[[Standing], Standing]:
    def without(row: DocPerm) -> DocPerm:
        here = (row.role, row.permlevel) == (role, level)
        return replace(row, actions=row.actions - accepted(action)) if here else row

    return lambda s: _with_rows(s, tuple(without(row) for row in s.doctype.permissions))


def _with_rows(standing: Standing, rows: tuple[DocPerm, ...]) -> Standing:
    return replace(standing, doctype=replace(standing.doctype, permissions=rows))


def _with_sharing(standing: Standing) -> Standing:
    settings = replace(standing.profile.settings, sharing=True)
    return replace(standing, profile=replace(standing.profile, settings=settings))
