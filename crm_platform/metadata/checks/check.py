"""Check: one numbered rule about DocTypes, and what it may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from crm_platform.errors import CRMError, DefinitionError
from crm_platform.metadata.checks.lookalikes import twin_key
from crm_platform.metadata.model import Definitions, DocType, Field
from crm_platform.metadata.problems import Level, Problem


@dataclass(frozen=True)
class World:
    """What a check may look at besides the DocType: all definitions, and the roles there are (None: not known)."""

    definitions: Definitions
    roles: frozenset[str] | None = None

    @cached_property
    def twins(self) -> dict[str, list[str]]:
        """DocType names by what they look like."""
        found: dict[str, list[str]] = {}
        for name in self.definitions:
            found.setdefault(twin_key(name), []).append(name)
        return found


@dataclass(frozen=True)
class Fault:
    """What a check found: the field (empty: the DocType itself) and the values of the message's placeholders."""

    fieldname: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


def fault(fieldname: str = "", **params: Any) -> Fault:
    """A Fault with its placeholders as keywords."""
    return Fault(fieldname, params)


Find = Callable[[DocType, World], Iterable[Fault]]


def fields_where(rule: Callable[[Field], bool]) -> Find:
    """The search for every field of a DocType that `rule` calls faulty."""

    def find(doctype: DocType, _: World) -> Iterator[Fault]:
        return (fault(f.fieldname, fieldtype=f.fieldtype) for f in doctype.fields if rule(f))

    return find


def doctype_where(rule: Callable[[DocType], bool]) -> Find:
    """The search that asks `rule` whether the DocType itself is faulty."""

    def find(doctype: DocType, _: World) -> Iterator[Fault]:
        return iter((fault(),) if rule(doctype) else ())

    return find


@dataclass(frozen=True)
class Check:
    """One rule: `find` yields its faults in a DocType.

    `template` and `remedy` may use {doctype}, {field} and what the fault gives; `error` is the class that a single
    definition with this fault is refused with.
    """

    id: str
    find: Find
    template: str
    remedy: str
    level: Level = "error"
    error: type[CRMError] = DefinitionError

    def run(self, doctype: DocType, world: World) -> Iterator[Problem]:
        for found in self.find(doctype, world):
            yield Problem(
                self.id,
                self.template,
                self.remedy,
                self.level,
                doctype=doctype.name,
                fieldname=found.fieldname,
                params={"doctype": doctype.name, "field": found.fieldname, **found.params},
                error=self.error,
            )
