"""A process that works on the sales of a site until it is killed: `sales_child.py FOLDER SEED COUNT`."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite

sys.path.append(str(Path(__file__).parents[1]))
from support.sales import Trade


def main() -> None:
    folder, seed, count = sys.argv[1:]
    site = TestSite(open_site(Path(folder)))
    trade = Trade(Random(int(seed)))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for _ in range(int(count)):
        trade.step(site)
    site.site.close()


if __name__ == "__main__":
    main()
