"""How much of a queue is one batch."""

from __future__ import annotations

from queue import SimpleQueue
from threading import Thread

from crm_platform.database.batches import Awaited, gather

LONG = 60.0
"""Seconds that no test waits for."""


def put(queue: SimpleQueue[int | None], *items: int | None) -> None:
    for item in items:
        queue.put(item)


def filled(*items: int | None) -> SimpleQueue[int | None]:
    queue: SimpleQueue[int | None] = SimpleQueue()
    put(queue, *items)
    return queue


def test_what_waits_already_is_taken_up_to_the_limit() -> None:
    queue = filled(2, 3, 4)
    assert gather(queue, 1, 3) == ([1, 2, 3], False)
    assert gather(queue, 5, 3) == ([5, 4], False)


def test_the_end_of_the_queue_ends_a_batch() -> None:
    assert gather(filled(2, None), 1, 9) == ([1, 2], True)
    assert gather(filled(None), 1, 9, Awaited(9, LONG)) == ([1], True)


def test_a_batch_waits_for_as_many_as_are_awaited() -> None:
    queue = filled()
    later = Thread(target=put, args=(queue, 2, 3))
    later.start()
    assert gather(queue, 1, 9, Awaited(3, LONG)) == ([1, 2, 3], False)
    later.join()


def test_a_batch_waits_for_no_more_than_are_awaited_and_not_for_ever() -> None:
    assert gather(filled(), 1, 9, Awaited(1, LONG)) == ([1], False)
    assert gather(filled(2), 1, 9, Awaited(4, 0.001)) == ([1, 2], False)
