"""People at work on a served site while something else happens to it: readers and writers that never pause."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from support.commands import NO_TLS

Request = Callable[[httpx.Client, int], httpx.Response]


@dataclass
class Traffic:
    """What the requests came to: how many, the longest in seconds, and the answers that were none."""

    done: int = 0
    slowest: float = 0.0
    failed: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    over: threading.Event = field(default_factory=threading.Event)

    def note(self, seconds: float, failure: str) -> None:
        with self.lock:
            self.done += 1
            self.slowest = max(self.slowest, seconds)
            if failure:
                self.failed.append(failure)

    def wait_for(self, more: int, patience: float = 60.0) -> None:
        """Wait until so many more requests were answered."""
        goal, deadline = self.done + more, time.monotonic() + patience
        while self.done < goal:
            assert time.monotonic() < deadline, f"only {self.done} of {goal} requests were answered"
            time.sleep(0.01)


@contextmanager
def traffic(url: str, key: str, *requests: Request) -> Iterator[Traffic]:
    """Let a thread make each of `requests` again and again, with a growing number, until the end of the block."""
    found = Traffic()
    threads = [threading.Thread(target=_work, args=(found, url, key, request)) for request in requests]
    for thread in threads:
        thread.start()
    try:
        yield found
    finally:
        found.over.set()
        for thread in threads:
            thread.join()


def _work(found: Traffic, url: str, key: str, request: Request) -> None:
    headers = {"Authorization": f"token {key}"}
    with httpx.Client(base_url=url, headers=headers, timeout=60, verify=NO_TLS) as client:
        for number in itertools.count():
            if found.over.is_set():
                return
            started = time.perf_counter()
            try:
                answer = request(client, number)
                failure = "" if answer.status_code == httpx.codes.OK else f"{answer.status_code} {answer.text[:300]}"
            except httpx.HTTPError as error:
                failure = repr(error)
            found.note(time.perf_counter() - started, failure)
