"""Packs that misbehave, as distributions that a server's processes find by entry point."""

from __future__ import annotations

import os
from pathlib import Path

MODULE = """
import os, time
from crm_platform.pack import Manifest, Pack, hookimpl, writes


def raises(ctx, doc):
    raise RuntimeError("CANARY of the inside")


def loops(ctx, doc):
    while True:
        pass


def sleeps(ctx, doc):
    time.sleep(600)


def exits(ctx, doc):
    os._exit(7)


def mutates(ctx, doc):
    doc["description"] = "changed too late"


BEHAVIOUR = {{"raises": raises, "loops": loops, "sleeps": sleeps, "exits": exits, "mutates": mutates}}


def on_save(ctx, doc):
    act = BEHAVIOUR.get(doc.get("description"))
    if act:
        act(ctx, doc)


def ask(ctx, how: str) -> str:
    BEHAVIOUR.get(how, lambda *_: None)(ctx, {{}})
    return how


class Hostile(Pack):
    manifest = Manifest(id="{id}", title="Hostile", version="1.0", package="{id}", platform="{platform}")

    @hookimpl
    def document_events(self):
        return {events}

    @hookimpl
    def api_methods(self):
        return {{"ask": ask}}


pack = Hostile()
"""

EVENTS = '{"ToDo": {"on_update": on_save}}'


def write_pack(
    folder: Path, pack_id: str = "hostile", *, events: str = EVENTS, platform: str = ">=0.1", before: str = ""
) -> Path:
    """Write a package and the metadata of its distribution into `folder`, which belongs on PYTHONPATH.

    `before` stands at the top of its module.
    """
    package = folder / pack_id
    package.mkdir(parents=True)
    text = MODULE.format(id=pack_id, events=events, platform=platform)
    (package / "__init__.py").write_text(before + text, encoding="utf-8")
    metadata = folder / f"{pack_id}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {pack_id}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[crm_platform]\n{pack_id} = {pack_id}:pack\n")
    return folder


def environment(*folders: Path, **variables: str) -> dict[str, str]:
    """The environment of a process that finds the packs in `folders`."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, folders)), **variables}
