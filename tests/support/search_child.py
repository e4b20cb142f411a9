"""A process that changes notes of a site until it is killed: `search_child.py FOLDER SEED`."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path
from random import Random

from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite

WORDS = ("合同", "云计算", "migration", "Müller", "2024年", "😀")


def step(site: TestSite, chance: Random, number: int) -> None:
    """Add a note, change one, rename one or delete one."""
    names = site.read(lambda ctx: [row["name"] for row in ctx.store.list("Note", limit=0)])
    text = " ".join(chance.choices(WORDS, k=5))
    action = chance.choice(("add", "change", "rename", "delete")) if names else "add"
    if action == "add":
        site.insert("Note", title=f"{number} {text}", body=text)
    elif action == "change":
        site.update("Note", chance.choice(names), body=text)
    elif action == "rename":
        site.write(lambda ctx: ctx.store.rename("Note", chance.choice(names), f"{number} {text}"))
    else:
        site.write(lambda ctx: ctx.store.delete("Note", chance.choice(names)))


def main() -> None:
    folder, seed = sys.argv[1:]
    site = TestSite(open_site(Path(folder)))
    chance = Random(int(seed))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for number in count(int(seed) * 100_000):
        step(site, chance, number)


if __name__ == "__main__":
    main()
