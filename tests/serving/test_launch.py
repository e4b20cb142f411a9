"""How a process of the server starts: its module is loaded, nothing of it is looked at for garbage again."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Sequence
from types import ModuleType

import pytest

from crm_platform.serving import launch


@pytest.fixture
def unfrozen() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


@pytest.mark.usefixtures("unfrozen")
def test_the_task_gets_its_arguments_and_the_collector_works_again(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    task = ModuleType("a_task")

    def main(argv: Sequence[str]) -> None:
        seen.extend([*argv, gc.isenabled(), gc.get_freeze_count() > 0])

    monkeypatch.setattr(task, "main", main, raising=False)
    monkeypatch.setitem(sys.modules, "a_task", task)
    launch.main(["launch", "a_task", "3", "/srv/站点"])
    assert seen == ["a_task", "3", "/srv/站点", True, True]


@pytest.mark.usefixtures("unfrozen")
def test_a_module_that_is_not_there_is_told() -> None:
    with pytest.raises(ModuleNotFoundError):
        launch.main(["launch", "crm_platform.serving.nothing"])
