"""Small packs made for one test: definition files in a folder, hooks given as functions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from crm_platform.pack import Manifest, Pack, hookimpl
from crm_platform.packs.discovery import Found
from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite

FOLDERS = {
    "DocType": "doctypes",
    "Custom Field": "custom_fields",
    "Property Setter": "property_setters",
    "Custom DocPerm": "custom_permissions",
    "Workflow": "workflows",
    "Print Format": "print_formats",
    "Role": "roles",
    "Validation Rule": "rules",
}
Body = Mapping[str, Any]


class TrialPack(Pack):
    """A pack whose data lie in any folder."""

    def __init__(self, manifest: Manifest, folder: Path) -> None:
        self.manifest = manifest
        self._folder = folder

    @property
    def data(self) -> Path:
        return self._folder


def make_pack(
    folder: Path,
    pack_id: str = "trial",
    *records: Body,
    version: str = "1.0",
    depends: Iterable[str] = (),
    **hooks: Callable[..., Any],
) -> TrialPack:
    """A pack with definition `records`; `hooks` are its implementations, functions of (self, …)."""
    root = folder / f"{pack_id}-{version}"
    for number, record in enumerate(records):
        place = root / FOLDERS.get(record["doctype"], "fixtures")
        place.mkdir(parents=True, exist_ok=True)
        (place / f"record_{number}.json").write_text(json.dumps(record), encoding="utf-8")
    manifest = Manifest(pack_id, pack_id.title(), version, "made.for.a.test", depends=tuple(depends))
    kind = type("Trial", (TrialPack,), {name: hookimpl(function) for name, function in hooks.items()})
    made: TrialPack = kind(manifest, root)
    return made


def answering(hook: str, answer: Any) -> dict[str, Callable[..., Any]]:
    """The implementation of `hook` that gives `answer`, as an argument for `make_pack`."""
    return {hook: lambda self: answer}


def reopen(site: TestSite, *packs: Pack | Found) -> TestSite:
    """The same site in a fresh process, so to speak, with these packs installed."""
    site.site.close()
    found = [one if isinstance(one, Found) else Found(one.manifest.id, one) for one in packs]
    site.site = open_site(site.site.folder.path, installed=found)
    return site


def enabled(site: TestSite, *packs: Any) -> TestSite:
    """The site with these packs on it."""
    reopen(site, *packs)
    for pack in packs:
        site.enable_pack(pack.manifest.id)
    return site


def thing(name: str, *fields: Body, **properties: Any) -> dict[str, Any]:
    """A DocType of the module CRM that System Managers may use."""
    rights = {"role": "System Manager", "read": 1, "write": 1, "create": 1, "delete": 1}
    rows = fields or ({"fieldname": "title", "fieldtype": "Data", "label": "Title"},)
    head = {"doctype": "DocType", "name": name, "module": "CRM", "autoname": "hash"}
    return {**head, "fields": list(rows), "permissions": [rights], **properties}


def custom_field(doctype: str, fieldname: str, **properties: Any) -> dict[str, Any]:
    return {
        "doctype": "Custom Field",
        "name": f"{doctype}-{fieldname}",
        "dt": doctype,
        "fieldname": fieldname,
        "fieldtype": "Data",
        "label": fieldname.title(),
        **properties,
    }


def paint(site: TestSite, customer: str) -> None:
    """A value in the field `colour` that a pack brings, past the history of the customer."""

    def work(ctx: Any) -> None:
        ctx.connection.change_rows(ctx.definitions["Customer"], {"colour": "红"}, {"name": customer})

    site.system(work)
