"""Checks of permission rows (Frappe DocPerm)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from crm_platform.metadata.checks.check import Check, Fault, Find, World, fault
from crm_platform.metadata.model import DocPerm, DocType

REQUIRES = (
    ("cancel", "submit"),
    ("amend", "cancel"),
    ("submit", "write"),
    ("import", "create"),
)
"""A right that is of use only together with another."""


def _rows(rule: Callable[[DocPerm, DocType], bool]) -> Find:
    def find(doctype: DocType, _: World) -> Iterator[Fault]:
        for number, row in enumerate(doctype.permissions, 1):
            if rule(row, doctype):
                yield fault(row=number, role=row.role, permlevel=row.permlevel)

    return find


def _unknown_roles(doctype: DocType, world: World) -> Iterator[Fault]:
    if world.roles is not None:
        for role in sorted({row.role for row in doctype.permissions} - world.roles - {""}):
            yield fault(role=role)


def _level_without_ground(row: DocPerm, doctype: DocType) -> bool:
    grounds = (other.role == row.role and not other.permlevel for other in doctype.permissions)
    return row.permlevel > 0 and row.role != "All" and not any(grounds)


def _twin_rows(doctype: DocType, _: World) -> Iterator[Fault]:
    counts = Counter((row.role, row.permlevel, row.if_owner, row.if_team) for row in doctype.permissions)
    for (role, permlevel, *_whose), count in counts.items():
        if count > 1:
            yield fault(role=role, permlevel=permlevel)


def _useless_rights(doctype: DocType, _: World) -> Iterator[Fault]:
    for number, row in enumerate(doctype.permissions, 1):
        for right, needed in REQUIRES:
            if right in row.actions and needed not in row.actions:
                yield fault(row=number, role=row.role, right=right, needed=needed)


CHECKS = (
    Check(
        "D501",
        _rows(lambda row, _: not row.role),
        "{doctype}: permission row {row} names no role.",
        "Choose the role that the row grants rights to.",
    ),
    Check(
        "D502",
        _unknown_roles,
        "{doctype} grants rights to the role {role}, which is not there.",
        "Add the role or correct its name.",
        "warning",
    ),
    Check(
        "D503",
        _rows(_level_without_ground),
        "{doctype}: {role} has rights at level {permlevel} but none at level 0, so they have no effect.",
        "Add a row with level 0 for {role}.",
        "warning",
    ),
    Check(
        "D504",
        _rows(lambda row, doctype: not doctype.is_submittable and bool(row.actions & {"submit", "cancel", "amend"})),
        "{doctype}: {role} may submit, cancel or amend, but {doctype} is not submittable.",
        "Clear these rights or make {doctype} submittable.",
        "warning",
    ),
    Check(
        "D505",
        _twin_rows,
        "{doctype} has several permission rows for {role} at level {permlevel}.",
        "Join them into one row; the rights of all rows count.",
        "warning",
    ),
    Check(
        "D506",
        _useless_rights,
        "{doctype}: {role} has the right {right} without {needed} and cannot use it.",
        "Add the right {needed} or clear {right}.",
        "warning",
    ),
    Check(
        "D507",
        _rows(lambda row, _: not 0 <= row.permlevel <= 9),
        "{doctype}: the level of permission row {row} is out of range.",
        "Levels are 0 to 9.",
    ),
)
