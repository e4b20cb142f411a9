"""The model as it was under the product of before, so that documents that are there follow what the new one changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from crm_platform.documents.context import Context
from crm_platform.documents.sorting import keeps_order
from crm_platform.metadata.layers import Layer
from crm_platform.metadata.merge import merge
from crm_platform.metadata.model import Definitions
from crm_platform.metadata.records import Definition
from crm_platform.sites.core_conflicts import mirrored


def former(ctx: Context, layers: Sequence[Layer], renewed: Iterable[Definition]) -> Definitions | None:
    """The definitions of `layers`, the core's first, as they were before those `renewed`; None when no DocType is.

    To be asked when the tables are those of the new product and the mirrors still those of the one before.
    """
    said = {one.name: one for one in mirrored(ctx, (one for one in renewed if one.kind == "DocType"))}
    if not said:
        return None
    core, *others = layers
    before = tuple(said.get(one.name, one) if one.kind == "DocType" else one for one in core.definitions)
    return merge([replace(core, definitions=before), *others], keeps_order=keeps_order(ctx.connection)).definitions
