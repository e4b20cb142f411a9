"""One clock: how much working time it may take, how much it has taken, and when it runs out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from crm_platform.automation.service_levels.calendar import Calendar

RUNNING, PAUSED, FULFILLED, STOPPED = "Running", "Paused", "Fulfilled", "Stopped"


@dataclass(frozen=True)
class Clock:
    """`used_seconds` is the working time until it last stood still; it runs since `running_since`, and stands still
    since `stood_since`. `due` is when it runs out, or would have when it last ran."""

    allowed_seconds: float
    started: datetime
    state: str
    due: datetime
    running_since: datetime | None = None
    stood_since: datetime | None = None
    used_seconds: float = 0.0
    paused_seconds: float = 0.0
    ended: datetime | None = None
    breached: bool = False

    def used(self, now: datetime, calendar: Calendar) -> float:
        """Working seconds taken up to now."""
        running = calendar.between(self.running_since, now) if self.running_since is not None else 0.0
        return self.used_seconds + running

    def stand(self, now: datetime, calendar: Calendar, state: str) -> Clock:
        """Pause, fulfil or stop a running clock; one that stands still only changes its state."""
        if self.state != RUNNING:
            return replace(self, state=state, ended=None if state == PAUSED else self.ended or now)
        used = self.used(now, calendar)
        return replace(
            self,
            state=state,
            used_seconds=used,
            running_since=None,
            stood_since=now,
            ended=None if state == PAUSED else now,
            breached=self.breached or used > self.allowed_seconds,
        )

    def run(self, now: datetime, calendar: Calendar) -> Clock:
        """Go on after a pause or a reopening: what was not used yet is left."""
        if self.state == RUNNING:
            return self
        stood = (now - self.stood_since).total_seconds() if self.stood_since is not None else 0.0
        going = replace(
            self,
            state=RUNNING,
            running_since=now,
            stood_since=None,
            ended=None,
            paused_seconds=self.paused_seconds + max(stood, 0.0),
        )
        return going.timed(calendar)

    def allow(self, seconds: float, calendar: Calendar) -> Clock:
        """The same clock with another allowed time, as when the priority changes."""
        changed = replace(self, allowed_seconds=seconds)
        return changed.timed(calendar) if self.state == RUNNING else changed

    def timed(self, calendar: Calendar) -> Clock:
        """With the moment at which it runs out; that of a clock that ran out before it stood still stays."""
        left = self.allowed_seconds - self.used_seconds
        if self.running_since is None or left < 0:
            return self
        return replace(self, due=calendar.add(self.running_since, left))

    def moment_of(self, percent: float, calendar: Calendar) -> datetime | None:
        """When so many percent of the allowed time are used, if it runs on; None while it stands still."""
        if self.running_since is None:
            return None
        left = self.allowed_seconds * percent / 100 - self.used_seconds
        return self.running_since if left <= 0 else calendar.add(self.running_since, left)


def started(now: datetime, seconds: float, calendar: Calendar) -> Clock:
    """A new clock that runs from now on."""
    return Clock(seconds, now, RUNNING, calendar.add(now, seconds), running_since=now)
