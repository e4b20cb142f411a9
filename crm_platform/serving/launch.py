"""Starts a process of the server: `python -m crm_platform.serving.launch MODULE MEMORY …`, run by the supervisor."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from importlib import import_module


def main(argv: Sequence[str]) -> None:
    """Load the task's module and run its `main`. What is loaded lives as long as the process: looking for garbage in it
    would take a tenth of the start, and again and again of the time afterwards."""
    gc.disable()
    task = import_module(argv[1])
    gc.freeze()
    gc.enable()
    task.main(argv[1:])


if __name__ == "__main__":
    main(sys.argv)
