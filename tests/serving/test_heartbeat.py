"""The heartbeat: what a reader sees while hooks run, cause others, and in many threads."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from mmap import mmap
from threading import Barrier, Thread

import pytest

from crm_platform.serving.heartbeat import SIZE, THREADS, Heartbeat, at_work, clear, is_ready


@pytest.fixture
def memory() -> Iterator[mmap]:
    with tempfile.TemporaryFile() as file:
        file.truncate(SIZE)
        with mmap(file.fileno(), SIZE) as shared:
            yield shared


def seen(memory: mmap) -> list[tuple[str, str]]:
    return [(work.pack, work.hook) for work in at_work(memory)]


def test_a_hook_is_shown_while_it_runs(memory: mmap) -> None:
    beat = Heartbeat(memory)
    beat("warranty", "检查")
    assert seen(memory) == [("warranty", "检查")]
    beat("", "")
    assert seen(memory) == []


def test_the_innermost_hook_is_shown_and_then_the_outer_one_with_its_own_beginning(memory: mmap) -> None:
    beat = Heartbeat(memory)
    beat("outer", "save")
    (outer,) = at_work(memory)
    beat("inner", "validate")
    assert seen(memory) == [("inner", "validate")]
    beat("", "")
    assert list(at_work(memory)) == [outer]


def test_the_engines_own_listeners_do_not_hide_a_pack(memory: mmap) -> None:
    beat = Heartbeat(memory)
    beat("core", "start")
    assert seen(memory) == []
    beat("", "")
    beat("pack", "on_update")
    beat("core", "check")
    assert seen(memory) == [("pack", "on_update")]
    beat("", "")
    assert seen(memory) == [("pack", "on_update")]


def test_an_end_without_a_beginning_does_nothing(memory: mmap) -> None:
    Heartbeat(memory)("", "")
    assert seen(memory) == []


def test_a_long_text_is_cut_inside_a_character(memory: mmap) -> None:
    beat = Heartbeat(memory)
    beat("pack", "钩" * 1000)
    ((pack, hook),) = seen(memory)
    assert pack == "pack"
    assert hook.startswith("钩" * 100)


def test_each_thread_has_its_place_and_more_than_that_go_unseen(memory: mmap) -> None:
    beat = Heartbeat(memory)
    gate = Barrier(THREADS + 6)

    def work(number: int) -> None:
        beat("pack", f"hook {number}")
        gate.wait(30)
        gate.wait(30)
        beat("", "")

    threads = [Thread(target=work, args=(number,)) for number in range(THREADS + 5)]
    for thread in threads:
        thread.start()
    gate.wait(30)
    assert len(seen(memory)) == THREADS
    gate.wait(30)
    for thread in threads:
        thread.join()
    assert seen(memory) == []


def test_a_cleared_memory_knows_nothing(memory: mmap) -> None:
    beat = Heartbeat(memory)
    beat.ready()
    beat("pack", "hook")
    assert is_ready(memory)
    clear(memory)
    assert not is_ready(memory)
    assert seen(memory) == []
