"""Definitions that an operator names by path: reading them, and checking them against what is installed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from crm_platform.documents.drafts import Draft
from crm_platform.documents.modelling import OWNER_KEYS, touched
from crm_platform.documents.plans import Bodies, Key
from crm_platform.errors import ValidationError
from crm_platform.metadata.checks import check
from crm_platform.metadata.layers import CORE, SITE, Layer
from crm_platform.metadata.loader import Loaded, load
from crm_platform.metadata.merge import merge
from crm_platform.metadata.places import with_lines
from crm_platform.metadata.problems import Problem, refuse
from crm_platform.metadata.records import MODEL_KINDS, Definition
from crm_platform.packs.discovery import discover
from crm_platform.sites.model import core_definitions, pack_definitions

ROLE = "Role"


def read_paths(paths: Iterable[Path]) -> Loaded:
    """Everything in these files and folders, with the faults of what cannot be read."""
    loaded = [load(path) for path in paths]
    return Loaded(
        tuple(definition for one in loaded for definition in one.definitions),
        tuple(problem for one in loaded for problem in one.problems),
    )


def readable(paths: Iterable[Path]) -> Sequence[Definition]:
    """The definitions of files that are all in order. Raises DefinitionError with every fault, also without any."""
    loaded = read_paths(paths)
    refuse(loaded.problems)
    return loaded.definitions


def draft_of(paths: Iterable[Path] | None, removed: Iterable[str] | None) -> Draft:
    """What files bring, and what goes: "KIND/NAME". Raises DefinitionError with every fault, ValidationError."""
    return Draft(readable(paths or ()), [_key(text) for text in removed or ()])


def _key(text: str) -> Key:
    kind, _, name = text.partition("/")
    if not kind or not name:
        raise ValidationError('Write what goes as KIND/NAME, as in "Report/Open orders", not {text}.', text=text)
    return kind, name


def shapes_model(definition: Definition) -> bool:
    """Whether it changes the model; other records (Role, Print Format…) are documents."""
    return definition.kind in MODEL_KINDS


def as_bodies(definitions: Iterable[Definition]) -> Bodies:
    return {(one.kind, one.name): one.body for one in definitions if shapes_model(one)}


def checked(paths: Iterable[Path]) -> tuple[int, Sequence[Problem]]:
    """The number of definitions and every fault, in the order of files and lines.

    They are checked as a site's own beside the installed product and packs; one that is installed already (a pack's own
    folder, a Frappe app that brings its User) takes the place of the installed one.
    """
    loaded = read_paths(paths)
    named = {(one.kind, one.name) for one in loaded.definitions}
    layers = [
        replace(layer, definitions=tuple(one for one in layer.definitions if (one.kind, one.name) not in named))
        for layer in installed_layers()
    ]
    own = tuple(one for one in loaded.definitions if shapes_model(one))
    merged = merge([*layers, Layer(SITE, own)])
    roles = [*installed_roles(), *(one.name for one in loaded.definitions if one.kind == ROLE)]
    problems = located([*loaded.problems, *check(merged, roles, touched(as_bodies(own)))], own)
    return len(loaded.definitions), sorted(problems, key=lambda problem: (problem.source, problem.line, problem.id))


def located(problems: Iterable[Problem], definitions: Iterable[Definition]) -> list[Problem]:
    """The problems with the file and line of the definition they are about, where it is one of these."""
    sources: dict[tuple[str, str], str] = {}
    for one in filter(shapes_model, definitions):
        owner = str(one.body.get(OWNER_KEYS.get(one.kind, "name")) or one.name)
        sources.setdefault((owner, str(one.body.get("fieldname") or "")), one.source)
    named = [
        replace(
            problem,
            source=problem.source
            or sources.get((problem.doctype, problem.fieldname))
            or sources.get((problem.doctype, ""), ""),
        )
        for problem in problems
    ]
    return list(with_lines(named, lambda source: Path(source).read_bytes()))


def installed_roles() -> list[str]:
    """The roles that the product and every installed pack bring."""
    packs = [found.pack for found in discover() if found.pack is not None]
    brought = [core_definitions(), *map(pack_definitions, packs)]
    return [one.name for loaded in brought for one in loaded.definitions if one.kind == ROLE]


def installed_layers() -> list[Layer]:
    """The product and every installed pack, as layers that shape the model."""
    packs = [found.pack for found in discover() if found.pack is not None]
    return [
        Layer(CORE, tuple(filter(shapes_model, core_definitions().definitions))),
        *(
            Layer(p.manifest.id, tuple(filter(shapes_model, pack_definitions(p).definitions)), p.manifest.depends)
            for p in packs
        ),
    ]
