"""kill -9 of processes that change documents: the index has what the documents have, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from crm_platform.search.rebuilding import compare
from crm_platform.testing import TestSite
from support.definitions import row

CHILD = Path(__file__).parents[1] / "support" / "search_child.py"


def kill_in_the_middle(site: TestSite, kills: int, chance: Random) -> None:
    fields = (row("title"), row("body", "Text"))
    site.doctype("Note", *fields, autoname="field:title", title_field="title", allow_rename=1)
    for number in range(kills):
        command = [sys.executable, "-P", str(CHILD), str(site.site.folder.path), str(number)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"ready\n"
            time.sleep(chance.uniform(0.05, 1.0))  # the moment of the kill is what varies
            child.kill()
        found = site.system(compare)
        assert (found.missing, found.outdated, found.surplus) == (0, 0, 0)


def test_a_killed_process_leaves_index_and_documents_alike(site: TestSite) -> None:
    kill_in_the_middle(site, 1, Random(1))


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_hundred_kills_leave_index_and_documents_alike(site: TestSite) -> None:
    kill_in_the_middle(site, 100, Random(2))
