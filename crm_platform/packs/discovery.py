"""Finds installed packs. One that does not import, is malformed or clashes is reported, never fatal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, EntryPoints, entry_points

from crm_platform import __version__
from crm_platform.errors import CRMError
from crm_platform.packs.manifest import ENTRY_POINT_GROUP, Manifest, Pack, check_manifest

STANDARD = EntryPoint("crm", "crm_platform.doctypes.standard:standard", ENTRY_POINT_GROUP)
"""The behaviour of the standard CRM: a pack that every site has. It is named here and not in the distribution's
metadata, since it is neither installed nor enabled; its definitions are the core layer."""
PLUGINS = "crm_platform.plugins."


@dataclass(frozen=True)
class Found:
    """One entry point: the pack it gives, or the sentence that says why it gives none."""

    entry_point: str
    pack: Pack | None = None
    problem: str = ""

    @property
    def id(self) -> str:
        return self.pack.manifest.id if self.pack else self.entry_point


def standard_pack() -> Pack:
    """The pack of the standard CRM."""
    pack: Pack = STANDARD.load()
    return pack


def discover(points: Iterable[EntryPoint] | None = None) -> list[Found]:
    """All packs of the entry-point group, by id; the second of two with one id is a problem."""
    chosen = _installed() if points is None else points
    found: dict[str, Found] = {}
    clashes: list[Found] = []
    for point in sorted(chosen, key=lambda p: (p.name, p.value)):
        one = _load(point)
        if one.id in found:
            first = found[one.id].entry_point
            clashes.append(Found(point.value, problem=f"The id {one.id} is taken by {first}. Remove one of the two."))
        else:
            found[one.id] = one
    return [*found.values(), *clashes]


def packs_of_the_product() -> frozenset[str]:
    """The ids of the packs that come with the product."""
    return frozenset(point.name for point in _installed() if point.value.startswith(PLUGINS))


@cache
def _installed() -> EntryPoints:
    """The entry points of this machine: looking through every distribution takes long, and a process keeps what it
    has imported anyway."""
    return entry_points(group=ENTRY_POINT_GROUP)


def _load(point: EntryPoint) -> Found:
    try:
        pack = point.load()
    except Exception as error:  # noqa: BLE001 a stranger's module may raise anything while it is imported
        return Found(point.name, problem=_no_import(point, error))
    if not isinstance(pack, Pack) or not isinstance(getattr(pack, "manifest", None), Manifest):
        return Found(point.name, problem=_no_pack(point))
    try:
        check_manifest(pack.manifest, __version__)
    except CRMError as error:
        return Found(point.name, problem=str(error))
    return Found(point.value, pack) if _has_data(pack) else Found(point.name, problem=_no_data(pack))


def _has_data(pack: Pack) -> bool:
    try:
        return pack.data.is_dir()
    except (ImportError, TypeError, ValueError):
        return False


def _no_import(point: EntryPoint, error: Exception) -> str:
    return (
        f"{point.value} does not import: {type(error).__name__}: {error}. Correct the module, or the entry point "
        f"{point.name} of the group {point.group} in pyproject.toml, and install again."
    )


def _no_pack(point: EntryPoint) -> str:
    return (
        f"{point.value} is no crm_platform.pack.Pack with a manifest. The entry point {point.name} must name an object "
        f"of a class that derives from Pack: pack = {point.name.title().replace('_', '')}()."
    )


def _no_data(pack: Pack) -> str:
    manifest = pack.manifest
    return f"Pack {manifest.id} says that its data are in {manifest.package}, but there is no such package. Correct it."


def in_dependency_order(packs: Sequence[Pack]) -> tuple[list[Pack], list[str]]:
    """Packs after those they depend on, otherwise by id; and a sentence for each that cannot be placed."""
    waiting = {pack.manifest.id: pack for pack in sorted(packs, key=lambda p: p.manifest.id)}
    placed: list[Pack] = []
    done: set[str] = set()
    while True:
        ready = [pack for pack in waiting.values() if done.issuperset(pack.manifest.depends)]
        if not ready:
            break
        placed.append(ready[0])
        done.add(ready[0].manifest.id)
        del waiting[ready[0].manifest.id]
    problems = []
    for pack in waiting.values():
        missing = [need for need in pack.manifest.depends if need not in done]
        problems.append(
            f"Pack {pack.manifest.id} needs {', '.join(missing)}, which is not enabled or needs it in turn."
        )
    return placed, problems
