"""The records of a site that read the model, in every room that has such."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from crm_platform.automation import examination as rules
from crm_platform.documents.context import Context
from crm_platform.errors import CRMError
from crm_platform.reports import examination as reports


def broken_records(ctx: Context) -> Iterator[tuple[str, CRMError]]:
    """Rules, reports and their like that cannot work, with what is wrong. `ctx` acts as the system."""
    return chain(rules.broken(ctx), reports.broken(ctx))
