"""Keeps processes running: ends one whose hook or job runs too long, starts again what died, says who was at work."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from crm_platform.serving.heartbeat import AtWork
from crm_platform.serving.process import Process

TICK = 0.1
LONGEST_PAUSE = 30.0
GRACE = 15.0
"""Seconds that a process has to finish what it does when it is asked to stop."""

Say = Callable[[str], None]
Blame = Callable[[AtWork, str], None]
"""Told which hook was at work, and what happened in a few words."""


@dataclass(frozen=True)
class HookLimits:
    """What a hook of a pack may take before the process that it holds up is ended: `seconds`, and the bytes of `memory`
    that the process may hold meanwhile."""

    seconds: float = 30.0
    memory: int = 4 << 30


@dataclass
class Supervisor:
    """Runs `processes` until SIGTERM or SIGINT, and `followers`, which start when those serve.

    `limits` are those of a hook that does not say how long it may take; `say` prints for the operator; `blame`
    records a strike against a pack; `ready` is called once when every process serves.
    """

    processes: Sequence[Process]
    limits: HookLimits
    say: Say
    blame: Blame
    ready: Callable[[], None]
    followers: Sequence[Process] = ()
    _stopping: Event = field(default_factory=Event)
    _due: dict[int, float] = field(default_factory=dict)
    _failures: dict[int, int] = field(default_factory=dict)

    def run(self) -> int:
        """Returns the exit code: 0 after a wanted end, that of the child when one cannot even start."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        for process in self.processes:
            process.start()
        code = self._wait_until_ready()
        while code is None and not self._stopping.wait(TICK):
            for process in (*self.processes, *self.followers):
                self._look_after(process)
        self._end()
        return code or 0

    def _stop(self, *details: Any) -> None:  # noqa: ARG002 the signature of a signal handler
        self._stopping.set()

    def _wait_until_ready(self) -> int | None:
        """None when all serve. A process that does not come up ends the server with its exit code: it has said why.
        One that a pack's hook keeps from it is tried again, until the pack is stopped for its strikes."""
        while not all(process.is_ready for process in self.processes):
            for process in self.processes:
                waiting = id(process) in self._due
                if process.exit_code is not None and not waiting and not process.at_work():
                    return process.exit_code or 1
                self._look_after(process)
            if self._stopping.wait(TICK / 4):
                return None
        self.ready()
        for follower in self.followers:
            follower.start()
        return None

    def _look_after(self, process: Process) -> None:
        if process.exit_code is None:
            self._stop_if_hanging(process)
            if process.is_ready:
                self._failures.pop(id(process), None)
            return
        if id(process) not in self._due:
            self._note_death(process)
        if time.monotonic() >= self._due[id(process)]:
            del self._due[id(process)]
            process.start()

    def _stop_if_hanging(self, process: Process) -> None:
        for work in process.at_work():
            what = self._overdone(process, work)
            if what:
                process.kill()
                self.blame(work, f"{what} and was stopped")
                self._plan_restart(process)
                return

    def _overdone(self, process: Process, work: AtWork) -> str:
        if process.resident > self.limits.memory:  # asked first: a hook that eats memory is slow because of that
            return f"took more than {self.limits.memory >> 20} MB of memory"
        limit = work.limit or self.limits.seconds
        if time.monotonic() - work.since > limit:
            return f"ran for more than {limit:g} seconds"
        return ""

    def _note_death(self, process: Process) -> None:
        working = process.at_work()
        self.say(
            f"A process of the server ended unexpectedly ({_reason(process.exit_code or 0)}); it is started again."
        )
        if working:
            self.blame(working[-1], f"ended the process ({_reason(process.exit_code or 0)})")
        self._plan_restart(process)

    def _plan_restart(self, process: Process) -> None:
        """At once after a process that served; later and later after one that does not come up."""
        failures = self._failures.get(id(process), 0)
        self._failures[id(process)] = failures + 1
        pause = min(2.0 ** (failures - 1), LONGEST_PAUSE) if failures else 0.0
        self._due[id(process)] = time.monotonic() + pause

    def _end(self) -> None:
        every = (*self.processes, *self.followers)
        for process in every:
            process.ask_to_stop()
        deadline = time.monotonic() + GRACE
        while time.monotonic() < deadline and any(process.exit_code is None for process in every):
            time.sleep(TICK / 4)
        for process in every:
            process.kill()


def _reason(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
