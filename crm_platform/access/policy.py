"""The rights of one user in one transaction: one tree, asked in SQL for lists and in Python for documents."""

from __future__ import annotations

from collections.abc import Iterator

from crm_platform.access import grants
from crm_platform.access.profile import Profile
from crm_platform.access.record import Record
from crm_platform.access.restrictions import Restrictions
from crm_platform.access.row_filters import NO_FILTERS, RowFilters
from crm_platform.access.rules import Rule, Ruleset
from crm_platform.database.conditions import EVERYTHING, NOTHING, Condition
from crm_platform.database.conditions_python import evaluate
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.policy import ALL_LEVELS
from crm_platform.errors import DoesNotExistError
from crm_platform.metadata.layers import CORE
from crm_platform.metadata.model import DocType

SUBMIT_FAMILY = frozenset({"submit", "cancel", "amend"})
NEEDS_READ = frozenset({"print", "email", "report", "export", "share", "mask"})
"""Actions that show a document: they are open for readable documents only."""

CHANGING = frozenset({"create", "write", "delete", "import"})

READING = frozenset({"select", "read", "print", "email", "report", "export", "mask"})
"""Actions on a child row that ask the parent for the same action; all others ask whether it may be written."""


class Policy:
    """Implements `documents.policy.AccessPolicy` for the user of `profile` in the transaction of `ctx`.

    Row filters are asked with the rights of the system, so that a filter is never narrowed by itself.
    """

    def __init__(self, ctx: Context, profile: Profile, filters: RowFilters = NO_FILTERS) -> None:
        self.profile = profile
        self._ctx = ctx.as_system()
        self._filters = filters
        self._restrictions = Restrictions(profile, ctx.definitions, ctx.connection.subtree)
        self._rulesets: dict[tuple[str, str], Ruleset] = {}

    def of(self, profile: Profile) -> Policy:
        """The same decisions for another profile."""
        return Policy(self._ctx, profile, self._filters)

    def allows(self, doctype: DocType, action: str, document: Document | None = None) -> bool:
        """Whether `action` is open on this document, or without one on some document."""
        if doctype.istable:
            return self._allows_row(doctype, action, document)
        condition = self.rows(doctype, action)
        if document is None or condition in (EVERYTHING, NOTHING):
            return condition != NOTHING
        return self.holds(condition, document)

    def holds(self, condition: Condition, document: Document) -> bool:
        """Evaluate a condition of this policy on a document."""
        return evaluate(condition, Record(self._ctx, document))

    def rows(self, doctype: DocType, action: str = "read") -> Condition:
        """The documents on which `action` is open. A child DocType has none of its own: ask for its parent's."""
        return self.ruleset(doctype, action).condition

    def levels(self, doctype: DocType, action: str, document: Document | None = None) -> frozenset[int]:
        """Open field levels. Without a document, rights on own or the team's documents open no level above 0."""
        if self.profile.is_administrator:
            return ALL_LEVELS
        if doctype.istable:
            return self._row_levels(doctype, action, document)
        if self.rows(doctype, action) == NOTHING:
            return frozenset()
        opened = grants.role_levels(doctype, action, self.profile)
        return frozenset({0}).union(level for level, rows in opened.items() if self._is_among(rows, document))

    def _is_among(self, rows: Condition, document: Document | None) -> bool:
        return rows == EVERYTHING or (document is not None and self.holds(rows, document))

    def ruleset(self, doctype: DocType, action: str) -> Ruleset:
        """The rules behind a decision, built once per transaction."""
        key = (doctype.name, action)
        if key not in self._rulesets:
            self._rulesets[key] = self._build(doctype, action)
        return self._rulesets[key]

    def _build(self, doctype: DocType, action: str) -> Ruleset:
        profile = self.profile
        if profile.is_administrator:
            everything = Rule("administrator", "Administrator may do everything.", EVERYTHING)
            limits = (*self._unsupported(doctype, action), *_kept_by_the_platform(doctype, action))
            return Ruleset(grants=(everything,), limits=limits)
        if doctype.istable:
            return Ruleset(limits=(Rule("parent", "Rows of {doctype} follow their parent.", NOTHING, _named(doctype)),))
        return Ruleset(
            grants=grants.role_rules(doctype, action, profile),
            restrictions=self._restrictions.rules(doctype, action),
            shares=(
                *grants.share_rules(doctype, action, profile),
                *grants.own_account_rules(doctype, action, profile),
            ),
            limits=tuple(self._limits(doctype, action)),
        )

    def _limits(self, doctype: DocType, action: str) -> Iterator[Rule]:
        yield from self._unsupported(doctype, action)
        if action in NEEDS_READ:
            yield Rule(
                "requirement",
                "The document must be readable for {action}.",
                self.rows(doctype, "read"),
                {"action": action},
            )
        yield from self._filters.rules(self._ctx, doctype, action)

    def _unsupported(self, doctype: DocType, action: str) -> Iterator[Rule]:
        if action in SUBMIT_FAMILY and not doctype.is_submittable:
            yield Rule("support", "{doctype} cannot be submitted.", NOTHING, _named(doctype))
        if action == "import" and not doctype.allow_import and not self.profile.is_administrator:
            yield Rule("support", "{doctype} does not allow import.", NOTHING, _named(doctype))
        if action == "share" and not self.profile.settings.sharing:
            yield Rule("support", "Sharing is switched off in System Settings.", NOTHING)

    def _allows_row(self, child: DocType, action: str, row: Document | None) -> bool:
        asked = action if action in READING else "write"
        if row is None:
            parents = self._ctx.definitions.parents_of.get(child.name, [])
            return any(self.allows(parent, asked) for parent, _ in parents)
        parent = self._parent(child, row)
        return parent is not None and self.allows(parent.meta, asked, parent)

    def _row_levels(self, child: DocType, action: str, row: Document | None) -> frozenset[int]:
        parent = self._parent(child, row) if row is not None else None
        return self.levels(parent.meta, action, parent) if parent is not None else frozenset()

    def _parent(self, child: DocType, row: Document) -> Document | None:
        """The stored parent of a row; None for a parent of a kind that does not hold such rows."""
        kinds = {parent.name for parent, _ in self._ctx.definitions.parents_of.get(child.name, [])}
        if row.get("parenttype") not in kinds or not row.get("parent"):
            return None
        try:
            return self._ctx.store.get(row["parenttype"], row["parent"])
        except DoesNotExistError:
            return None


def _kept_by_the_platform(doctype: DocType, action: str) -> Iterator[Rule]:
    """Logs and other records of the platform's own (Frappe DocType.in_create) that no role may change: who may do
    everything else would only be refused later, or spoil what they tell."""
    kept = doctype.layer == CORE and doctype.properties.get("in_create") and action in CHANGING
    if kept and not any(grants.accepts(permission, action) for permission in doctype.permissions):
        yield Rule("support", "{doctype} is written by the platform alone.", NOTHING, _named(doctype))


def _named(doctype: DocType) -> dict[str, str]:
    return {"doctype": doctype.name}
