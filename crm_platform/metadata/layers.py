"""Layer: the definitions of the core, of one pack or of the site, and the order in which layers apply."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from crm_platform.metadata.records import Definition

CORE = "core"
SITE = "site"
ENGINE = "engine"
"""Layer name of fields that no definition gives (amended_from, lft, rgt…)."""


@dataclass(frozen=True)
class Layer:
    """All definitions from one origin: `name` is "core", "site" or the pack's id, `requires` the packs it builds on."""

    name: str
    definitions: tuple[Definition, ...] = ()
    requires: tuple[str, ...] = ()


def in_order(layers: Iterable[Layer]) -> list[Layer]:
    """Core first, site last, packs between: each after those it requires, otherwise by name.

    Packs that require each other in a ring come last, by name; the packs room refuses such rings before.
    """
    by_name = {layer.name: layer for layer in layers}
    packs = {name: layer for name, layer in by_name.items() if name not in (CORE, SITE)}
    waiting = {name: {need for need in layer.requires if need in packs} for name, layer in packs.items()}
    ready = [name for name, needs in waiting.items() if not needs]
    heapify(ready)
    ordered: list[str] = []
    while ready:
        name = heappop(ready)
        ordered.append(name)
        del waiting[name]
        for other, needs in waiting.items():
            if name in needs:
                needs.remove(name)
                if not needs:
                    heappush(ready, other)
    names = [CORE, *ordered, *sorted(waiting), SITE]
    return [by_name[name] for name in names if name in by_name]


@dataclass(frozen=True)
class Placed:
    """A definition together with the layer it comes from."""

    layer: str
    definition: Definition
