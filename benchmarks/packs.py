"""What enabled packs cost those who do not use them: a create and a read on a site with five packs against none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.bench_site import DOCTYPE, FIELDS, ROW, values
from benchmarks.figures import Figure, Work, cpu_of_each
from crm_platform.packs.manifest import Pack
from crm_platform.testing import TestSite, make_site
from crm_platform.testing.contract import enable, needs_of
from crm_platform.testing.loading import with_installed

COUNTS = {"create": 100, "read": 1000}
"""Calls of a round: a read is over so soon that a hundred of them measure the machine."""

BUILT_IN = ("warranty", "automotive", "knowledge_base", "competitors", "banking")
LIMITS = {"create": 1.15, "read": 1.05}


def pack_figures(folder: Path, _database: str = "") -> Iterator[Figure]:
    """CPU with the packs enabled divided by CPU without, of a DocType that no pack knows and of Customer, which most
    of them change. Always on SQLite: what packs cost is Python, and the two sites take turns."""
    packs = five()
    folder.mkdir(parents=True, exist_ok=True)
    bare, full = (_site(folder / name, packs) for name in ("bare", "full"))
    for pack in packs:
        enable(full, [*needs_of(full, pack), pack])
    for doctype, new in ((DOCTYPE, values), ("Customer", _customer)):
        for what, works in _works(doctype, new, (bare, full)).items():
            without, with_packs = cpu_of_each(works, COUNTS[what])
            yield Figure(f"{what} of a {doctype}, none", without / 1000, None, "ms")
            yield Figure(
                f"{what} of a {doctype}, {len(packs)} packs beside none", with_packs / without, LIMITS[what], "×"
            )
    for site in (bare, full):
        site.site.close()


def five() -> list[Pack]:
    """Those of the product."""
    return [import_module(f"crm_platform.plugins.{name}.pack").pack for name in BUILT_IN]


def _site(folder: Path, packs: Sequence[Pack]) -> TestSite:
    site = make_site(folder, packs=with_installed(packs))
    site.doctype("Bench Contact Row", *ROW, istable=1, permissions=[])
    site.doctype(DOCTYPE, *FIELDS, autoname="BC-.#####", track_changes=1)
    return site


def _customer(number: int) -> dict[str, Any]:
    return {"customer_name": f"客户 {number}", "customer_type": "Company", "website": "https://example.com"}


def _works(doctype: str, new: Any, sites: Sequence[TestSite]) -> dict[str, list[Work]]:
    names = [str(site.insert(doctype, **new(-1)).name) for site in sites]
    return {
        "create": [lambda n, site=site: site.insert(doctype, **new(n)) for site in sites],  # type: ignore[misc]
        "read": [
            lambda _, site=site, name=name: site.get(doctype, name)  # type: ignore[misc]
            for site, name in zip(sites, names, strict=True)
        ],
    }
