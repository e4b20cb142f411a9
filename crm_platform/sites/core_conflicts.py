"""Where a new version of the product says differently what the site has changed: told by what the product said before.

The product of before is not installed any more. What it said stands in the mirrors of its definitions, until those are
brought up to date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from crm_platform.database.system import DELIVERED
from crm_platform.documents import mirror
from crm_platform.documents.context import Context
from crm_platform.documents.modelling import OWNER_KEYS, site_definitions
from crm_platform.documents.reading import load
from crm_platform.metadata.layers import CORE, SITE, Layer
from crm_platform.metadata.records import Definition
from crm_platform.sites.delivery import digest_of
from crm_platform.sites.merging import Conflict, model_conflicts

CHANGES = ("Property Setter", "Custom DocPerm")


def core_conflicts(ctx: Context, renewed: Sequence[Definition]) -> list[Conflict]:
    """What both the site and the product have changed, of the definitions that are `renewed`; the site's value stays in
    force."""
    own = [one for kind in CHANGES for one in site_definitions(ctx, kind)]
    shaped = {str(one.body.get(OWNER_KEYS[one.kind])) for one in own}
    new = [one for one in renewed if one.kind == "DocType" and one.name in shaped]
    site = Layer(SITE, tuple(own))
    before, after = mirrored(ctx, new), tuple(_as_stored(ctx, one) for one in new)
    found = model_conflicts([Layer(CORE, before), site], [Layer(CORE, after), site])
    return [*found, *_of_workflows(ctx, renewed)]


def mirrored(ctx: Context, definitions: Iterable[Definition]) -> tuple[Definition, ...]:
    """What their mirrors say, which is what they said before they are brought up to date."""
    stored = ((one, load(ctx, ctx.definitions[one.kind], one.name)) for one in definitions)
    return tuple(Definition(one.kind, one.name, mirror.body_of(ctx, doc)) for one, doc in stored if doc is not None)


def _as_stored(ctx: Context, one: Definition) -> Definition:
    """As it reads once its mirror is there, so that nothing differs but what the product has changed."""
    doc = mirror.document_of(ctx, one)
    return one if doc is None else Definition(one.kind, one.name, mirror.body_of(ctx, doc))


def _of_workflows(ctx: Context, renewed: Iterable[Definition]) -> Iterator[Conflict]:
    """A workflow is changed as a whole: the site's one stays."""
    own = {one.name for one in site_definitions(ctx, "Workflow")}
    for one in renewed:
        if one.kind == "Workflow" and one.name in own:
            yield Conflict(f"Workflow {one.name}", None, one.name)


def renewed_of(ctx: Context, core: Iterable[Definition]) -> Iterator[Definition]:
    """The definitions that are others than those delivered last."""
    rows = ctx.connection.fetch(DELIVERED, {"layer": CORE})
    before = {(row["kind"], row["name"]): row["digest"] for row in rows}
    for one in core:
        if before.get((one.kind, one.name), "") not in ("", digest_of(one.body)):
            yield one
