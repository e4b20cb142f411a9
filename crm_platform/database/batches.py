"""What waits in a queue, taken out as one batch."""

from __future__ import annotations

from queue import Empty, SimpleQueue
from typing import TypeVar

T = TypeVar("T")


def gather(queue: SimpleQueue[T | None], first: T, limit: int) -> tuple[list[T], bool]:
    """`first` and what waits already, at most `limit`, and whether the end of the queue (None) was among it."""
    batch = [first]
    while len(batch) < limit:
        try:
            item = queue.get_nowait()
        except Empty:
            return batch, False
        if item is None:
            return batch, True
        batch.append(item)
    return batch, False
