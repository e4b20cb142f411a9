"""The documents that a right names one by one: the own account, and what was shared.

Where somebody may open nothing else of a DocType, links to its other documents would be closed doors.
"""

from __future__ import annotations

from crm_platform.database.conditions import And, Compare, Condition, Or


def named_documents(condition: Condition) -> frozenset[str] | None:
    """The names that a condition of the policy counts up; None for one that goes by anything else."""
    match condition:
        case Compare(path=("name",), operator="=", value=name):
            return frozenset({str(name)})
        case Compare(path=("name",), operator="in", value=names):
            return frozenset(map(str, names))
        case Or(parts=parts):
            counted = [named_documents(part) for part in parts]
            named = [names for names in counted if names is not None]
            return frozenset().union(*named) if len(named) == len(counted) else None
        case And(parts=parts):
            return next((names for part in parts if (names := named_documents(part)) is not None), None)
        case _:
            return None
