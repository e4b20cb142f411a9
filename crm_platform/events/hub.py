"""The subscribers of one process: a round reads what is new in the log and gives each what it may hear."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TypeVar
from uuid import uuid4

from crm_platform.documents.context import Context
from crm_platform.documents.runtime import Runtime
from crm_platform.errors import CRMError, TooManyRequestsError
from crm_platform.events.audience import Audience, Message, recognised
from crm_platform.events.log import CHANNEL, LISTENER, SIZE, newest, since
from crm_platform.events.publishing import Publisher

T = TypeVar("T")
LOG = logging.getLogger(__name__)

LOOK_EVERY = 0.25
"""Seconds between two looks at what other processes wrote; what this one wrote is seen at once."""

JUDGE_EVERY = 15.0
"""Seconds after which a subscriber to whom nothing was sent is asked again whether the session is good."""

INTEREST = timedelta(minutes=10)
"""So long after the last look of a process events are written for it: its clients may come back."""

PER_USER = 10
IN_ALL = 2000
QUEUE = 500
"""Messages that wait for a slow client; one more, and its stream ends with `reset`."""

RETRY_AFTER = 30


@dataclass(eq=False)
class Subscriber:
    """One stream. `caller` makes a bare Context one of its user; `position` is the last event that was judged."""

    caller: Callable[[Context], Context]
    user: str
    position: int
    waiting: asyncio.Queue[Message | None] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    is_over: bool = False

    def give(self, messages: Sequence[Message]) -> None:
        """Put messages into its queue."""
        for message in messages:
            if self.waiting.full():
                self.end(Message(message.id, "reset", {}))
                return
            self.waiting.put_nowait(message)

    def end(self, last: Message | None = None) -> None:
        """Let the stream end, after a `last` message."""
        if self.is_over:
            return
        self.is_over = True
        while self.waiting.qsize() > QUEUE - 2:
            self.waiting.get_nowait()
        if last is not None:
            self.waiting.put_nowait(last)
        self.waiting.put_nowait(None)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a round found for a subscriber; `messages` is None when it is nobody any more."""

    subscriber: Subscriber
    position: int
    messages: Sequence[Message] | None


class Hub:
    """Belongs to one event loop. Reading and judging happen in a thread of its own."""

    def __init__(self, runtime: Runtime, publisher: Publisher) -> None:
        self._runtime = runtime
        self._publisher = publisher
        self._process = uuid4().hex
        self._subscribers: set[Subscriber] = set()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="live")
        self._woken = asyncio.Event()
        self._rounds: asyncio.Task[None] | None = None

    async def subscribe(self, caller: Callable[[Context], Context], user: str, last: int | None) -> Subscriber:
        """Begin a stream for `user`, after the event `last`, or with what happens from now on.

        Raises TooManyRequestsError for more streams than a user, or all together, may have.
        """
        self._refuse_crowds(user)
        subscriber = Subscriber(caller, user, 0)
        self._subscribers.add(subscriber)
        try:
            await self._register()
            end = await self._in_thread(lambda ctx: newest(ctx.connection))
            subscriber.position = end if last is None or last > end else last
        except BaseException:
            self._subscribers.discard(subscriber)
            raise
        self._keep_running()
        self._woken.set()
        return subscriber

    def _refuse_crowds(self, user: str) -> None:
        counts = Counter(subscriber.user for subscriber in self._subscribers)
        if counts[user] >= PER_USER or counts.total() >= IN_ALL:
            raise TooManyRequestsError(
                "Too many streams of live events are open. Close some windows, and try again in {retry_after} seconds.",
                retry_after=RETRY_AFTER,
            )

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """The stream is over."""
        self._subscribers.discard(subscriber)

    async def _in_thread(self, work: Callable[[Context], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._runtime.read, work)

    async def _register(self) -> None:
        """Let every process write events: somebody listens here."""
        self._publisher.expect()
        await asyncio.wrap_future(self._runtime.submit(self._note_interest))

    def _note_interest(self, ctx: Context) -> None:
        for row in ctx.connection.fetch(LISTENER):
            if row["until"] < ctx.now():
                ctx.connection.remove(LISTENER, {"process": row["process"]})
        ctx.connection.put(LISTENER, {"process": self._process, "until": ctx.now() + INTEREST})

    def _keep_running(self) -> None:
        if self._rounds is None or self._rounds.done():
            wake = partial(_wake, asyncio.get_running_loop(), self._woken)
            self._publisher.wake = wake
            self._rounds = asyncio.create_task(self._run(self._runtime.database.listen(CHANNEL, wake)))

    async def _run(self, stop_listening: Callable[[], None]) -> None:
        """One round after another as long as there are subscribers; when one fails for a reason of ours, all streams
        end and their clients come back."""
        judged = registered = time.monotonic()
        try:
            while self._subscribers:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), LOOK_EVERY)
                self._woken.clear()
                now = time.monotonic()
                if now - registered > INTEREST.total_seconds() / 5:
                    registered = now
                    await self._register()
                if await self._round(everybody=now - judged > JUDGE_EVERY):
                    judged = now
        finally:
            stop_listening()
            for subscriber in self._subscribers:
                subscriber.end()

    async def _round(self, *, everybody: bool) -> bool:
        """Give out what is new; whether everybody was judged."""
        subscribers = list(self._subscribers)
        try:
            found = await self._in_thread(lambda ctx: judge(ctx, subscribers, everybody=everybody))
        except CRMError:  # the database is busy or away: the next round may get through
            return False
        for one in found:
            one.subscriber.position = one.position
            if one.messages is None:
                one.subscriber.end(Message(one.position, "end", {}))
            else:
                one.subscriber.give(one.messages)
        return everybody


def _wake(loop: asyncio.AbstractEventLoop, woken: asyncio.Event) -> None:
    """From another thread; the loop may be closed already."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(woken.set)


def judge(ctx: Context, subscribers: Sequence[Subscriber], *, everybody: bool) -> list[Judged]:
    """What each subscriber is to hear, in one transaction; with `everybody` also those for whom nothing is new."""
    end = newest(ctx.connection)
    behind = min((one.position for one in subscribers if end - one.position <= SIZE), default=end)
    audience = Audience(ctx, since(ctx.connection, behind))
    return [_judge(audience, one, end) for one in subscribers if everybody or one.position < end]


def _judge(audience: Audience, one: Subscriber, end: int) -> Judged:
    reader = recognised(one.caller, audience.ctx)
    if reader is None or reader.user != one.user:
        return Judged(one, end, None)
    if end - one.position > SIZE:
        return Judged(one, end, [Message(end, "reset", {})])
    try:
        return Judged(one, end, audience.messages(reader, one.position))
    except CRMError as error:  # a pack's row filter may refuse: then nothing is heard
        LOG.warning("Events for %s were not judged: %s", one.user, error)
        return Judged(one, end, [])
