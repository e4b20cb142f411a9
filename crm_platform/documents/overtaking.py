"""Two people change the same definitions: who comes second is told, and overwrites nothing unseen.

Work on definitions is begun from what is in force and applied later. It is told apart by the plan that was the newest
when it began; what plans did since then to the very definitions that it writes speaks against it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from crm_platform.documents import plans
from crm_platform.documents.modelling import OWNER_KEYS, site_bodies
from crm_platform.documents.plans import Applied, Key
from crm_platform.errors import TimestampMismatchError
from crm_platform.metadata.records import MODEL_KINDS

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

NOTHING = 0
"""The newest plan of a site that stands as it was delivered."""
FIRST_LOOK = 1
"""Plans of the history that are read at first: seldom has more happened since somebody began."""


def newest_standing(ctx: Context) -> int:
    """The number of the newest plan that stands: what was begun now is told apart by it."""
    looked, limit = 0, FIRST_LOOK
    while True:
        found = plans.history(ctx, limit=limit)
        standing = next((plan.id for plan in found[looked:] if plan.rolled_back_at is None), None)
        if standing is not None or len(found) < limit:
            return standing or NOTHING
        looked, limit = limit, limit * 4


def overtaken(ctx: Context, keys: Collection[Key], as_of: int) -> Sequence[TimestampMismatchError]:
    """Why definitions of `keys` are others than they were while the plan `as_of` was the newest: one for each plan."""
    wanted = {key for key in keys if key[0] in MODEL_KINDS}
    since = _since(ctx, as_of)
    now = site_bodies(ctx, wanted)
    changed = {key for key, body in _bodies_then(since, as_of).items() if key in wanted and now[key] != body}
    told = [(plan, changed & set(plan.after)) for plan in since]
    return [_mismatch(plan, keys) for plan, keys in told if keys]


def refuse_overtaken(ctx: Context, keys: Collection[Key], as_of: int | None) -> None:
    """Raises TimestampMismatchError for what somebody else changed meanwhile; None: the caller does not ask for it."""
    for error in overtaken(ctx, keys, as_of) if as_of is not None else ():
        raise error


def _since(ctx: Context, as_of: int) -> list[Applied]:
    """What happened after the plan `as_of`, the newest first: plans that stand, and those taken back that it knew."""
    limit = FIRST_LOOK
    while True:
        found = plans.history(ctx, limit=limit)
        known = next((at for at, plan in enumerate(found) if plan.id <= as_of and plan.rolled_back_at is None), None)
        if known is not None or len(found) < limit:
            break
        limit *= 4
    began = next((plan.applied_at for plan in found if plan.id == as_of), None)
    return [plan for plan in found[:known] if _counts(plan, as_of, began)]


def _counts(plan: Applied, as_of: int, began: Any) -> bool:
    """A plan that is newer than `as_of` and was taken back left nothing; an older one may have gone before it came."""
    if plan.id > as_of:
        return plan.rolled_back_at is None
    return plan.rolled_back_at is not None and (began is None or plan.rolled_back_at >= began)


def _bodies_then(since: Sequence[Applied], as_of: int) -> Mapping[Key, Mapping[str, Any] | None]:
    """What the definitions that changed since then were while `as_of` was the newest plan."""
    then: dict[Key, Mapping[str, Any] | None] = {}
    for plan in since:
        if plan.id > as_of:
            then |= plan.before
    for plan in reversed([plan for plan in since if plan.id <= as_of]):
        then |= plan.after
    return then


def _mismatch(plan: Applied, keys: Collection[Key]) -> TimestampMismatchError:
    about = tuple(sorted({_about(plan, key) for key in keys}))
    if plan.rolled_back_at is None:
        return TimestampMismatchError(
            "{user} changed {what} after this work was begun (plan {id}, {plan}). Begin again with what is new.",
            user=plan.user,
            what=about,
            id=plan.id,
            plan=plan.title,
        )
    return TimestampMismatchError(
        "{user} took back the plan {id} ({plan}) about {what} after this work was begun. Begin again with what is new.",
        user=plan.rolled_back_by,
        what=about,
        id=plan.id,
        plan=plan.title,
    )


def _about(plan: Applied, key: Key) -> str:
    """The DocType that a definition is about; a workflow is called by its own name."""
    kind, name = key
    body = plan.after[key] or plan.before[key] or {}
    return name if kind == "Workflow" else str(body.get(OWNER_KEYS.get(kind, "")) or name)
