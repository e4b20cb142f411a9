"""kill -9 of processes that work on the sources of roll-ups: every value is still what its sources give."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from crm_platform.testing import TestSite
from support.sales import check_everything, make_masters, make_sales

CHILD = Path(__file__).parents[1] / "support" / "sales_child.py"


def kill_in_the_middle(site: TestSite, kills: int, rng: Random) -> None:
    for number in range(kills):
        command = [sys.executable, "-P", str(CHILD), str(site.site.folder.path), str(number), "100000"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"ready\n"
            time.sleep(rng.uniform(0.05, 1.0))  # the moment of the kill is what varies
            child.kill()
        site.system(check_everything)


def test_a_killed_process_leaves_no_difference(site: TestSite) -> None:
    make_masters(make_sales(site))
    kill_in_the_middle(site, 1, Random(1))


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_ten_thousand_operations_and_kills_leave_no_difference(site: TestSite) -> None:
    make_masters(make_sales(site))
    for seed in range(10):
        command = [sys.executable, "-P", str(CHILD), str(site.site.folder.path), str(seed), "1000"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        site.system(check_everything)
    kill_in_the_middle(site, 50, Random(2))
