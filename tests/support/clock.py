"""A clock that goes on only when it is told to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)


class Clock:
    """The time of day as a site's clock, and `monotonic` as time.monotonic: what is set moves the first one only."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now
        self.elapsed = 0.0

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.elapsed

    def go_on(self, **parts: float) -> None:
        """Let time pass."""
        step = timedelta(**parts)
        self.now += step
        self.elapsed += step.total_seconds()

    def set_by(self, **parts: float) -> None:
        """Somebody sets the clock: no time passes."""
        self.now += timedelta(**parts)
