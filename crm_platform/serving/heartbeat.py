"""The heartbeat of a process: which hook or job is at work in which thread since when, readable from outside."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from mmap import mmap
from struct import Struct
from threading import Lock, get_ident

ENGINE_LAYERS = frozenset({"", "core", "site"})
"""What listens under these names is the engine's own; no pack can be blamed for it."""

THREADS = 64
SLOT = 512
SIZE = SLOT * (THREADS + 1)
READY = 0
"""The first byte of the memory: 1 when the process serves. The rest of the first slot is free."""

HEAD = Struct("=ddH")
"""Seconds of the system-wide monotonic clock at which the hook began (0: none), the seconds that it may take (0: as
long as any hook), and the length of the text."""

TEXT = SLOT - HEAD.size

Entry = tuple[float, float, bytes]
NOTHING: Entry = (0.0, 0.0, b"")


@dataclass(frozen=True, slots=True)
class AtWork:
    """One hook at work, or a job: `limit` are the seconds that it may take, 0 for what is bound as all hooks are."""

    pack: str
    hook: str
    since: float
    limit: float = 0.0


@dataclass(slots=True)
class _Slot:
    """The place of one thread: the hooks that it is in, the innermost one shown to the reader."""

    memory: mmap
    offset: int
    entered: list[Entry] = field(default_factory=list)

    def enter(self, pack: str, hook: str, limit: float) -> None:
        known = limit > 0 or pack not in ENGINE_LAYERS
        self.entered.append((time.monotonic(), limit, f"{pack}\n{hook}".encode()[:TEXT]) if known else self.current)
        if known:
            self.show()

    def leave(self) -> None:
        left = self.entered.pop() if self.entered else NOTHING
        if left != self.current:
            self.show()

    @property
    def current(self) -> Entry:
        return self.entered[-1] if self.entered else NOTHING

    def show(self) -> None:
        """Write the text while the time says that there is none, so that no reader takes half of it."""
        since, limit, text = self.current
        HEAD.pack_into(self.memory, self.offset, 0.0, 0.0, len(text))
        if since:
            start = self.offset + HEAD.size
            self.memory[start : start + len(text)] = text
            HEAD.pack_into(self.memory, self.offset, since, limit, len(text))


class Heartbeat:
    """Tells what is at work by writing it to shared memory: the `watch` of `sites.opening.open_site`.

    A hook may cause others (it saves a document); the innermost one is shown, and the outer one again after it. A
    thread beyond the number of slots is not shown.
    """

    def __init__(self, memory: mmap) -> None:
        self._memory = memory
        self._slots: dict[int, _Slot] = {}
        self._lock = Lock()

    def ready(self) -> None:
        """Tell that the process serves."""
        self._memory[READY] = 1

    def __call__(self, pack: str, hook: str, limit: float = 0.0) -> None:
        slot = self._slots.get(get_ident()) or self._claim()
        if slot is not None:
            if hook:
                slot.enter(pack, hook, limit)
            else:
                slot.leave()

    def _claim(self) -> _Slot | None:
        with self._lock:
            if len(self._slots) == THREADS:
                return None
            slot = self._slots[get_ident()] = _Slot(self._memory, SLOT * (len(self._slots) + 1))
            return slot


def is_ready(memory: mmap) -> bool:
    return memory[READY] == 1


def at_work(memory: mmap) -> Iterator[AtWork]:
    """Every hook that the process is in."""
    for offset in range(SLOT, SIZE, SLOT):
        since, limit, length = HEAD.unpack_from(memory, offset)
        if since:
            start = offset + HEAD.size
            pack, _, hook = memory[start : start + length].decode("utf-8", "replace").partition("\n")
            yield AtWork(pack, hook, since, limit)


def clear(memory: mmap) -> None:
    """Forget everything, for the next process."""
    memory[:] = bytes(SIZE)
