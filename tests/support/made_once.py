"""What takes long to make and nobody changes: the first process of a test run makes it, the others take it as it is."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class MadeOnce:
    """Folders in the folder `run` of the whole run."""

    run: Path

    def folder(self, name: str, make: Callable[[Path], object]) -> Path:
        """The folder `name`, which `make` has filled; who comes while another fills it waits."""
        finished, begun = self.run / name, self.run / f"{name}.begun"
        with (self.run / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not finished.is_dir():
                shutil.rmtree(begun, ignore_errors=True)
                begun.mkdir()
                make(begun)
                begun.rename(finished)
        return finished


@pytest.fixture(scope="session")
def made_once(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    """Folders of the run: each worker of xdist has its own below them."""
    own = tmp_path_factory.getbasetemp()
    return MadeOnce(own.parent if hasattr(pytestconfig, "workerinput") else own)
