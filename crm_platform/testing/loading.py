"""Finds the pack that is to be tested: an installed one by its id, or the one in the folder of a distribution."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from crm_platform.errors import ValidationError
from crm_platform.packs.discovery import Found, discover
from crm_platform.packs.manifest import ENTRY_POINT_GROUP, Pack


@dataclass(frozen=True)
class Tested:
    """A pack to be tested; `folder` is that of its distribution, None when only its installed package is known."""

    pack: Pack
    folder: Path | None = None

    @property
    def settings(self) -> Mapping[str, Any]:
        """The pack's quality file, beside its pyproject.toml or in its package."""
        places = [self.folder / "quality.toml"] if self.folder else []
        for place in (*places, self.pack.data / "quality.toml"):
            if place.is_file():
                return tomllib.loads(place.read_text(encoding="utf-8"))
        return {}


def find_pack(target: str) -> Tested:
    """The pack `target` names: the id of an installed pack, or the folder of a distribution with an entry point.

    Raises ValidationError with what is wrong and what to do.
    """
    folder = Path(target)
    if (folder / "pyproject.toml").is_file():
        return Tested(_pack_of(_declared(folder), folder), folder.resolve())
    installed = {found.id: found for found in discover()}
    chosen = installed.get(folder.resolve().name if folder.is_dir() else target)
    if chosen is None:
        raise ValidationError(
            "{target} is neither an installed pack nor a folder with a pyproject.toml. Installed are: {known}",
            target=target,
            known=", ".join(sorted(installed)),
        )
    return Tested(_sound(chosen))


def make_importable(folder: Path) -> None:
    """Let the packages of the distribution in `folder` be imported without installing it."""
    sources = folder.resolve() / "src"
    place = str(sources if sources.is_dir() else folder.resolve())
    if place not in sys.path:
        sys.path.insert(0, place)


def is_installed(pack_id: str) -> bool:
    """Whether an entry point gives a pack of this id."""
    return any(found.id == pack_id for found in discover())


def with_installed(packs: Iterable[Pack]) -> list[Pack]:
    """`packs`, after the installed ones of other ids that are in order."""
    chosen = {pack.manifest.id: pack for pack in packs}
    return [*(one.pack for one in discover() if one.pack is not None and one.id not in chosen), *chosen.values()]


def _declared(folder: Path) -> EntryPoint:
    """The entry point that the distribution's pyproject.toml declares."""
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8")).get("project", {})
    points = project.get("entry-points", {}).get(ENTRY_POINT_GROUP, {})
    if len(points) != 1:
        raise ValidationError(
            "{folder}/pyproject.toml must name one pack under [project.entry-points.{group}]; it names {count}.",
            folder=str(folder),
            group=ENTRY_POINT_GROUP,
            count=len(points),
        )
    ((name, value),) = points.items()
    return EntryPoint(name, value, ENTRY_POINT_GROUP)


def _pack_of(point: EntryPoint, folder: Path) -> Pack:
    """The pack of an entry point, whether the distribution is installed or not."""
    make_importable(folder)
    (found, *_) = discover([point])
    return _sound(found)


def _sound(found: Found) -> Pack:
    if found.pack is None:
        raise ValidationError("The pack cannot be tested: {problem}", problem=found.problem)
    return found.pack
