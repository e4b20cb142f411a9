"""The catalogue of faulty packs: twelve ways to go wrong, and what the operator is told of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MODULE = """
import os, time
from crm_platform.pack import Manifest, Pack, hookimpl, task
{before}

def act(ctx, doc):
    if doc.get("description") == "{id}":
        {does}


class Faulty(Pack):
    manifest = Manifest(id="{id}", title="Faulty", version="1.0", package="{id}", platform="{platform}")

    @hookimpl
    def document_events(self):
        return {events}
{more}

pack = Faulty()
"""
EVENTS = '{"ToDo": {"on_update": act}}'
STEALING = """
    @hookimpl
    def tasks(self):
        return {"steal": task("core:housekeeping")(act)}
"""
HOOK = "ToDo.on_update"
SECONDS = 5
"""Long enough for `eats` to reach its limit on a busy machine, where memory is slow to come."""


@dataclass(frozen=True)
class Faulty:
    """One pack. `does` is what its hook does when it is set off, the rest what is wrong before any hook runs.

    `told` are words that the answer, the log or `pack list` must say beside the id of the pack; `ends` says that the
    process is ended over it, so that the request gets no answer.
    """

    told: tuple[str, ...]
    does: str = "pass"
    events: str = EVENTS
    before: str = ""
    more: str = ""
    platform: str = ">=0.1"
    ends: bool = False

    @property
    def acts(self) -> bool:
        return self.does != "pass"


CATALOGUE: Mapping[str, Faulty] = {
    "raises": Faulty((HOOK, "RuntimeError"), "raise RuntimeError('CANARY')"),
    "loops": Faulty((HOOK, f"ran for more than {SECONDS} seconds"), "while True: pass", ends=True),
    "sleeps": Faulty((HOOK, f"ran for more than {SECONDS} seconds"), "time.sleep(600)", ends=True),
    "mutates": Faulty((HOOK, "changes a document"), "doc['description'] = 'late'"),
    "forks": Faulty((HOOK, "RuntimeError"), "os.fork()"),
    "exits": Faulty((HOOK, "exit code 7"), "os._exit(7)", ends=True),
    "eats": Faulty(
        (HOOK, "took more than 700 MB of memory"),
        "hoard = [b'x' * (128 << 20) for _ in range(8)]\n        time.sleep(600)",
        ends=True,
    ),
    "hides": Faulty(
        (HOOK, "hid an error of the database"),
        "try: ctx.connection.run('SELECT nothing FROM nowhere')\n        except Exception: pass",
    ),
    "wrong_type": Faulty(("document_events", "must give a mapping, it gave list"), events="[1, 2]"),
    "no_import": Faulty(("does not import: ModuleNotFoundError",), before="import nothing_like_this"),
    "wrong_version": Faulty(("needs crm_platform >=99",), platform=">=99"),
    "steals": Faulty(('must be marked with task("steals:steal")',), more=STEALING),
}


def write(folder: Path, pack_id: str, faulty: Faulty) -> None:
    """Write the package of a pack and the metadata of its distribution into `folder`, which belongs on PYTHONPATH."""
    values = {name: getattr(faulty, name) for name in ("does", "events", "before", "more", "platform")}
    package, metadata = folder / pack_id, folder / f"{pack_id}-1.0.dist-info"
    for place in (package, metadata):
        place.mkdir(parents=True)
    (package / "__init__.py").write_text(MODULE.format(id=pack_id, **values), encoding="utf-8")
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {pack_id}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[crm_platform]\n{pack_id} = {pack_id}:pack\n")
