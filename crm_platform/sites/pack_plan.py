"""What a change of a site's packs would do: definitions, tables and records, shown first and known again by its id."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal

import orjson

from crm_platform.database.interface import Step
from crm_platform.database.system import DELIVERED
from crm_platform.documents import modelling
from crm_platform.documents.context import Context
from crm_platform.metadata.diff import Change, rights_of_new
from crm_platform.metadata.problems import Problem
from crm_platform.metadata.records import MODEL_KINDS, Definition
from crm_platform.packs.manifest import Pack
from crm_platform.sites.delivery import Key, digest_of
from crm_platform.sites.merging import Conflict
from crm_platform.sites.opening import Site

Action = Literal["enable", "upgrade", "disable", "uninstall", "drop"]
"""uninstall: as disable, and the pack's settings go; drop: its data as well."""

Outcome = Literal["new", "changed", "removed"]


@dataclass(frozen=True)
class PackPlan:
    """One plan for one pack. `records` are (kind, name, what happens): roles, print formats, reports, fixtures."""

    pack: str
    version: str
    action: Action
    changes: Sequence[Change] = ()
    steps: Sequence[Step] = ()
    records: Sequence[tuple[str, str, Outcome]] = ()
    conflicts: Sequence[Conflict] = ()
    problems: Sequence[Problem] = ()

    @property
    def id(self) -> str:
        """The same as long as the plan does the same: who applies it by its id gets what was shown, or a refusal."""
        shown = {**asdict(replace(self, problems=())), "steps": [step.as_dict() for step in self.steps]}
        return hashlib.sha256(orjson.dumps(shown, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()[:32]


def planned(site: Site, ctx: Context, action: Action, pack_id: str) -> PackPlan:
    """What the packs that are written down by now change in the model of `ctx`, and in the records of one of them."""
    modelling.bump(ctx)
    found = modelling.plan(ctx)
    pack = next((one for one in site.source.enabled(ctx.connection) if one.manifest.id == pack_id), None)
    own = site.source.of_pack(pack) if pack else None
    places = {one.source for one in own.definitions} if own else set()
    concerning = [problem for problem in found.problems if problem.is_error or problem.source in places]
    faults = [*concerning, *(own.problems if own else ())]
    return PackPlan(
        pack_id,
        pack.manifest.version if pack else "",
        action,
        [*found.changes, *rights_of_new(found.changes, found.merged.definitions)],
        found.steps,
        list(_records(ctx, pack_id, records_of(site, pack) if pack else {})),
        problems=faults,
    )


def records_of(site: Site, pack: Pack) -> dict[Key, Definition]:
    """What the installed version of a pack brings besides the model."""
    definitions = site.source.of_pack(pack).definitions
    return {(one.kind, one.name): one for one in definitions if one.kind not in MODEL_KINDS}


def _records(ctx: Context, pack_id: str, wanted: Mapping[Key, Definition]) -> Iterator[tuple[str, str, Outcome]]:
    rows = ctx.connection.fetch(DELIVERED, {"layer": pack_id})
    delivered = {(row["kind"], row["name"]): row["digest"] for row in rows if row["kind"] not in MODEL_KINDS}
    for key, definition in sorted(wanted.items(), key=lambda item: item[0]):
        if key not in delivered:
            yield *key, "new"
        elif delivered[key] != digest_of(definition.body):
            yield *key, "changed"
    yield from ((*key, "removed") for key in sorted(delivered.keys() - wanted.keys()))
