"""What waits in a queue, taken out as one batch."""

from __future__ import annotations

from queue import Empty, SimpleQueue
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Awaited(NamedTuple):
    """A batch that waits until it has `items`, for each of them up to `patience` seconds."""

    items: int
    patience: float


NOBODY = Awaited(0, 0.0)


def gather(queue: SimpleQueue[T | None], first: T, limit: int, awaited: Awaited = NOBODY) -> tuple[list[T], bool]:
    """`first` and what waits already or comes soon, at most `limit`; and whether the end of the queue (None) was among
    it."""
    batch = [first]
    while len(batch) < limit:
        waits = len(batch) < awaited.items
        try:
            item = queue.get(block=waits, timeout=awaited.patience)
        except Empty:
            return batch, False
        if item is None:
            return batch, True
        batch.append(item)
    return batch, False
