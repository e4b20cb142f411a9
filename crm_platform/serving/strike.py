"""Records one strike: `python -m crm_platform.serving.strike SITE PACK HOOK WHAT`, run by the supervisor."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from crm_platform.errors import CRMError
from crm_platform.sites.strikes import record


def main(argv: Sequence[str]) -> int:
    """Print what follows from the strike; 1 when it cannot be recorded."""
    folder, pack, hook, what = argv[1:]
    try:
        sys.stdout.write(f"{record(Path(folder), pack, hook, what)}\n")
    except CRMError as error:
        sys.stderr.write(f"The strike cannot be recorded: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
