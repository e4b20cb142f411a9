"""Why something is allowed or not: the very rules of the decision, with what each says about the document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crm_platform.access.fields import field_reasons
from crm_platform.access.policy import Policy
from crm_platform.access.profile import SYSTEM_MANAGER
from crm_platform.access.reason import Reason
from crm_platform.access.record import Record
from crm_platform.access.remedies import Change, Matter, Standing, smallest_changes
from crm_platform.access.rules import Rule
from crm_platform.access.teams import teams_about
from crm_platform.database.conditions import NOTHING, Path, comparisons
from crm_platform.documents.context import ADMINISTRATOR, Context
from crm_platform.documents.document import Document
from crm_platform.errors import DoesNotExistError, PermissionError
from crm_platform.metadata.model import DocType, Field


@dataclass(frozen=True, slots=True)
class Question:
    """May somebody do `action` on a DocType, or on the document `name`, and see or set `field` there?"""

    doctype: str
    action: str = "read"
    name: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer to a question: `allowed` is what the Policy itself says."""

    user: str
    question: Question
    allowed: bool
    reasons: tuple[Reason, ...]
    changes: tuple[tuple[Change, ...], ...] = ()
    """The smallest sets of changes of rights that would turn the decision round."""


def explain(asker: Context, subject: Context, question: Question) -> Explanation:
    """Explain a decision about `subject` to `asker`.

    Raises PermissionError when somebody but a System Manager asks about another user, DoesNotExistError for a DocType,
    field or document that is not there or that the asker may not read.
    """
    manager = asker.user == ADMINISTRATOR or SYSTEM_MANAGER in asker.roles
    if not manager and asker.user != subject.user:
        raise PermissionError("Only a System Manager may ask about the rights of another user.")
    policy = subject.policy
    if not isinstance(policy, Policy):
        raise PermissionError("Only the rights of a user can be explained.")
    meta = asker.definitions.get(question.doctype)
    if meta is None:
        raise DoesNotExistError("DocType {doctype} not found", doctype=question.doctype)
    document = None
    if question.name:
        reader = asker.as_system() if manager else asker
        document = reader.store.get(question.doctype, question.name)
    shows = _Shows(asker, policy, meta, document, everything=manager)
    rules = policy.ruleset(meta, question.action).rules
    teams = teams_about(asker, document) if manager and document is not None else {}
    reasons = [_reason(policy, rule, document, shows.values(rule)) for rule in rules]
    field = _field(meta, question.field) if question.field else None
    about_field = list(field_reasons(policy, meta, field, question.action, document)) if field is not None else []
    by_rights = _by_rights(policy, meta, question.action, document, field)
    allowed = by_rights and all(reason.verdict for reason in about_field)
    matter = Matter(question.action, document, field.permlevel if field is not None else 0, teams)
    return Explanation(subject.user, question, allowed, (*reasons, *about_field), _changes(policy, meta, matter, field))


def _by_rights(policy: Policy, meta: DocType, action: str, document: Document | None, field: Field | None) -> bool:
    if not policy.allows(meta, action, document):
        return False
    return field is None or field.permlevel in policy.levels(meta, action, document)


def _changes(policy: Policy, meta: DocType, matter: Matter, field: Field | None) -> tuple[tuple[Change, ...], ...]:
    """Nothing takes rights from the Administrator, and rows of a child table follow their parent."""
    if policy.profile.is_administrator or meta.istable:
        return ()

    def decide(standing: Standing) -> bool:
        return _by_rights(policy.of(standing.profile), standing.doctype, matter.action, matter.document, field)

    return tuple(smallest_changes(Standing(policy.profile, meta), matter, decide))


class _Shows:
    """The values that the asker may see beside a rule."""

    def __init__(
        self, ctx: Context, policy: Policy, meta: DocType, document: Document | None, *, everything: bool
    ) -> None:
        self._record: Callable[[Path], list[Any]] | None = Record(ctx, document) if document is not None else None
        self._levels = policy.levels(meta, "read", document)
        self._meta = meta
        self._everything = everything

    def values(self, rule: Rule) -> dict[str, Any]:
        return dict(self._pairs(rule))

    def _pairs(self, rule: Rule) -> Iterator[tuple[str, Any]]:
        for leaf in comparisons(rule.condition):
            if self._record is not None and self._may_see(leaf.path):
                found = self._record(leaf.path)
                yield ".".join(leaf.path), found[0] if len(leaf.path) == 1 else found

    def _may_see(self, path: Path) -> bool:
        field = self._meta.field(path[0])
        return self._everything or (len(path) == 1 and (field is None or field.permlevel in self._levels))


def _reason(policy: Policy, rule: Rule, document: Document | None, values: Mapping[str, Any]) -> Reason:
    verdict = rule.condition != NOTHING if document is None else policy.holds(rule.condition, document)
    return Reason(rule.kind, rule.template, rule.params, rule.layer, verdict, values)


def _field(meta: DocType, fieldname: str) -> Field:
    field = meta.field(fieldname)
    if field is None:
        raise DoesNotExistError("{doctype} has no field {field}.", doctype=meta.name, field=fieldname)
    return field
