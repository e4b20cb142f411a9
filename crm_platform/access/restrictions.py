"""User permissions as rules: they narrow what roles grant, on the DocType itself and on everything that links to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from crm_platform.access.profile import Profile, Restriction
from crm_platform.access.rules import Rule
from crm_platform.database.conditions import Compare, Condition, Not, any_of
from crm_platform.metadata.model import Definitions, DocType, Field

Subtree = Callable[[DocType, str], list[str]]
"""A tree node with its descendants, as `Connection.subtree` gives them."""

_EMPTY_LINK = ""
"""In a list of values it stands for a missing link too (see database.conditions)."""

_OWN_HISTORY = frozenset({"amended_from", "old_parent"})


class Restrictions:
    """The user permissions of one profile, resolved against definitions and the trees of one transaction."""

    def __init__(self, profile: Profile, definitions: Definitions, subtree: Subtree) -> None:
        self._profile = profile
        self._definitions = definitions
        self._subtree = subtree
        self._values: dict[tuple[str, Restriction], tuple[str, ...]] = {}

    def rules(self, doctype: DocType, action: str) -> tuple[Rule, ...]:
        """What narrows `action` on a DocType; no rule at all when no user permission applies to it."""
        if not self._profile.restrictions:
            return ()
        return (*self._own(doctype, action), *self._links(doctype), *self._child_links(doctype))

    def allowed(self, target: str, doctype: str) -> tuple[str, ...] | None:
        """The values of `target` that documents of `doctype` may have; None when nothing restricts them."""
        applicable = [
            restriction
            for restriction in self._profile.restrictions.get(target, ())
            if restriction.applicable_for in ("", doctype)
        ]
        if not applicable:
            return None
        return tuple(sorted({value for restriction in applicable for value in self._reach(target, restriction)}))

    def _reach(self, target: str, restriction: Restriction) -> tuple[str, ...]:
        meta = self._definitions.get(target)
        if meta is None or not meta.is_tree or restriction.hide_descendants:
            return (restriction.value,)
        key = (target, restriction)
        if key not in self._values:
            self._values[key] = tuple(self._subtree(meta, restriction.value))
        return self._values[key]

    def _own(self, doctype: DocType, action: str) -> Iterator[Rule]:
        values = self.allowed(doctype.name, doctype.name)
        if values is None:
            return
        condition: Condition = Compare(("name",), "in", values)
        if action == "create" and doctype.is_tree:
            condition = any_of(condition, Compare((doctype.tree_parent,), "in", self._branches(doctype)))
        yield _rule("{doctype} is restricted to {values}.", condition, doctype.name, values)

    def _branches(self, doctype: DocType) -> tuple[str, ...]:
        """Nodes whose descendants are open too: a new node below one of them is in reach."""
        wide = [r for r in self._profile.restrictions[doctype.name] if not r.hide_descendants]
        applicable = [r for r in wide if r.applicable_for in ("", doctype.name)]
        return tuple(sorted({value for r in applicable for value in self._reach(doctype.name, r)}))

    def _links(self, doctype: DocType) -> Iterator[Rule]:
        strict = self._profile.settings.strict and not doctype.issingle
        for field in doctype.link_fields:
            values = self._values_of(field, doctype)
            if values is None or _is_own_history(doctype, field):
                continue
            accepted = values if strict else (*values, _EMPTY_LINK)
            yield _rule(
                "{label} is restricted to {values}.",
                Compare((field.fieldname,), "in", accepted),
                field.label or field.fieldname,
                values,
            )

    def _child_links(self, doctype: DocType) -> Iterator[Rule]:
        strict = self._profile.settings.strict and not doctype.issingle
        for table in doctype.table_fields:
            child = self._definitions.get(table.options)
            for field in child.link_fields if child is not None else ():
                values = self._values_of(field, doctype)
                if values is None:
                    continue
                accepted = values if strict else (*values, _EMPTY_LINK)
                yield _rule(
                    "{label} in every row is restricted to {values}.",
                    Not(Compare((table.fieldname, field.fieldname), "not in", accepted)),
                    field.label or field.fieldname,
                    values,
                )

    def _values_of(self, field: Field, doctype: DocType) -> tuple[str, ...] | None:
        return None if field.ignore_user_permissions else self.allowed(field.options, doctype.name)


def _is_own_history(doctype: DocType, field: Field) -> bool:
    """Links by which a document refers to others of its kind: where it stands in the tree, what it amends."""
    return field.fieldname in _OWN_HISTORY or (doctype.is_tree and field.fieldname == doctype.tree_parent)


def _rule(template: str, condition: Condition, subject: str, values: tuple[str, ...]) -> Rule:
    name = "doctype" if "{doctype}" in template else "label"
    return Rule("user permission", template, condition, {name: subject, "values": values})
