"""What a change of rights would give real users and take from them: the very decisions, asked before and after."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from crm_platform.access import grants
from crm_platform.access.policy import Policy
from crm_platform.access.profile import Profile, load_profile
from crm_platform.database.conditions import EVERYTHING, NOTHING, Condition, all_of, comparisons
from crm_platform.database.query import Query
from crm_platform.documents import modelling
from crm_platform.documents.context import ADMINISTRATOR, GUEST, Context
from crm_platform.documents.drafts import Draft
from crm_platform.documents.records import save_records
from crm_platform.documents.undoing import undone
from crm_platform.metadata.model import PERMISSION_ACTIONS, DocType
from crm_platform.metadata.problems import refuse

RIGHTS_RECORDS = frozenset(
    {"Role", "Role Profile", "User Permission", "User", "User Group", "DocShare", "System Settings"}
)
"""Records of a draft that rights are made of; others are not saved, not even for a moment."""

STANDING = ("enabled", "roles", "restrictions", "shares", "teams", "settings")
"""What of a profile decides about rights."""

LEVELLED = ("read", "write")
MOST_USERS = 500
"""Users that one comparison looks at."""

MOST_COUNTED = 10_000
"""Documents that are counted; more are told as so many."""

Right = tuple[str, int]
"""An action and a field level."""

Reach = Mapping[Right, Condition]
"""On which documents each right is open."""

Turn = Literal["gains", "loses", "changes"]
PolicyOf = Callable[[Context, Profile], Policy]


@dataclass(frozen=True, slots=True)
class Difference:
    """One right that turns out otherwise; `changes`: on other documents than before, neither all nor none."""

    turn: Turn
    action: str
    level: int
    scope: Literal["all", "some"]
    """Whether it is, or was, open on all documents or on some of them."""


@dataclass(frozen=True)
class Compared:
    """What changes for one user on one DocType. `before` and `after` say which documents are readable."""

    user: str
    full_name: str
    doctype: DocType
    differences: tuple[Difference, ...]
    before: Condition
    after: Condition


@dataclass(frozen=True)
class Comparison:
    """`examined` users, and how many more there are than one comparison looks at."""

    rows: Sequence[Compared]
    examined: int
    left_out: int


def compare(ctx: Context, draft: Draft, policy_of: PolicyOf) -> Comparison:
    """Bring the draft in, ask, and take everything back: nothing of it is left in the transaction of `ctx`.

    Raises DefinitionError with the faults of the draft, ValidationError for a record of it that is refused.
    """
    users, left_out = _users(ctx)
    before = {user: profile for user in users if (profile := load_profile(ctx, user)) is not None}
    bodies = draft.bodies(ctx)
    own_policies = {user: policy_of(ctx, profile) for user, profile in before.items()}

    def work() -> list[Compared]:
        changed = ctx
        if bodies:
            planned = modelling.stage(ctx, bodies)
            refuse(planned.problems)
            changed = ctx.with_definitions(planned.merged.definitions)
        for refusal in save_records(changed, [one for one in draft.records if one.kind in RIGHTS_RECORDS]).left_out:
            raise refusal
        found = _compared(ctx, changed, own_policies, policy_of, modelling.touched(bodies))
        return sorted(found, key=lambda one: one.user != ctx.user)

    return Comparison(undone(ctx, work), len(before), left_out)


def _users(ctx: Context) -> tuple[list[str], int]:
    """The enabled users but the Administrator, whom no change of rights concerns; who asks comes first."""
    filters = {"enabled": 1, "name": ["not in", [ADMINISTRATOR, GUEST]]}
    rows = ctx.as_system().store.list("User", filters=filters, order_by="name", limit=None)
    names = sorted((str(row["name"]) for row in rows), key=lambda name: (name != ctx.user, name))
    return names[:MOST_USERS], max(0, len(names) - MOST_USERS)


def _compared(
    ctx: Context, changed: Context, policies: Mapping[str, Policy], policy_of: PolicyOf, touched: Collection[str]
) -> Iterator[Compared]:
    """A user whose profile stays has other rights on touched DocTypes only."""
    for user, old in policies.items():
        profile = load_profile(changed, user)
        if profile is None:
            continue
        new = policy_of(changed, profile)
        named = touched if _is_same(old.profile, profile) else {*ctx.definitions, *touched}
        for name in sorted(named):
            one = _of_doctype(old, new, ctx.definitions.get(name), changed.definitions.get(name))
            if one is not None:
                yield one


def _is_same(one: Profile, other: Profile) -> bool:
    return all(getattr(one, part) == getattr(other, part) for part in STANDING)


def _of_doctype(old: Policy, new: Policy, before: DocType | None, after: DocType | None) -> Compared | None:
    meta = after or before
    if meta is None or meta.istable:
        return None
    had, has = reach(old, before), reach(new, after)
    differences = tuple(_differences(had, has))
    if not differences:
        return None
    read = ("read", 0)
    return Compared(
        old.profile.user,
        old.profile.full_name,
        before or meta,
        differences,
        had.get(read, NOTHING),
        has.get(read, NOTHING),
    )


def reach(policy: Policy, meta: DocType | None) -> Reach:
    """Every right of a user on a DocType with the documents that it is open on; a closed one is left out.

    Nobody who is disabled has any, and nobody has one on a DocType that is not there.
    """
    if meta is None or not policy.profile.enabled:
        return {}
    found: dict[Right, Condition] = {}
    for action in PERMISSION_ACTIONS:
        rows = policy.rows(meta, action)
        if rows != NOTHING:
            found[action, 0] = rows
            found |= _levels(policy, meta, action, rows) if action in LEVELLED else {}
    return found


def _levels(policy: Policy, meta: DocType, action: str, rows: Condition) -> dict[Right, Condition]:
    """Field levels above 0; those of rows about own or the team's documents are open on these."""
    opened = grants.role_levels(meta, action, policy.profile)
    return {(action, level): all_of(rows, where) for level, where in opened.items()}


def _differences(before: Reach, after: Reach) -> Iterator[Difference]:
    for right in sorted({*before, *after}, key=lambda one: (PERMISSION_ACTIONS.index(one[0]), one[1])):
        had, has = before.get(right, NOTHING), after.get(right, NOTHING)
        if had == has:
            continue
        turn: Turn = "gains" if _width(has) > _width(had) else "loses" if _width(has) < _width(had) else "changes"
        wider = had if turn == "loses" else has
        yield Difference(turn, *right, "all" if wider == EVERYTHING else "some")


def _width(condition: Condition) -> int:
    return 0 if condition == NOTHING else 2 if condition == EVERYTHING else 1


def counts(ctx: Context, rows: Iterable[Compared]) -> list[tuple[int | None, int | None]]:
    """How many documents each row's user reads before and after, at most MOST_COUNTED; None where the change itself
    makes the columns that would have to be asked."""
    known: dict[tuple[str, Condition], int | None] = {}

    def count(meta: DocType, condition: Condition) -> int | None:
        key = (meta.name, condition)
        if key not in known:
            known[key] = _count(ctx, meta, condition)
        return known[key]

    return [(count(one.doctype, one.before), count(one.doctype, one.after)) for one in rows]


def _count(ctx: Context, meta: DocType, condition: Condition) -> int | None:
    if condition == NOTHING or meta.name not in ctx.definitions or meta.issingle or meta.is_virtual:
        return 0 if condition == NOTHING else None
    fields = {path[0] for path in (leaf.path for leaf in comparisons(condition))}
    if not all(name in meta.columns or meta.field(name) is not None for name in fields):
        return None
    return ctx.connection.count(Query(meta, where=condition), cap=MOST_COUNTED)
