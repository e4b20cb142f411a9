"""GET /api/events: a stream of server-sent events (text/event-stream) with what the caller may hear of."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import orjson
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from crm_platform.api.call import Call
from crm_platform.events.audience import Message
from crm_platform.events.hub import Hub, Subscriber

HEARTBEAT = 15
"""Seconds between two comments that keep the connection open through proxies."""

SEND_WITHIN = 30
"""Seconds after which a client that takes nothing any more is given up."""

LONGEST_ID = 18


async def stream(call: Call) -> Response:
    """Begin a stream after the event that the header Last-Event-ID names, or with what happens from now on."""
    user = await call.read(lambda ctx: ctx.user)
    if call.verb == "HEAD":
        return Response(b"", media_type="text/event-stream")
    caller = partial(call.site.access.listen, credentials=call.scope.credentials)
    last = call.request.headers.get("last-event-id", "")
    known = int(last) if last.isascii() and last.isdigit() and len(last) <= LONGEST_ID else None
    subscriber = await call.site.hub.subscribe(caller, user, known)
    return Stream(call.site.hub, subscriber)


class Stream(EventSourceResponse):
    """The answer: it ends with the client, with its session, or with the server."""

    def __init__(self, hub: Hub, subscriber: Subscriber) -> None:
        ready = Message(subscriber.position, "ready", {"user": subscriber.user})
        super().__init__(_events(ready, subscriber), ping=HEARTBEAT, send_timeout=SEND_WITHIN)
        self._hub = hub
        self._subscriber = subscriber

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._hub.unsubscribe(self._subscriber)


async def _events(first: Message, subscriber: Subscriber) -> AsyncIterator[ServerSentEvent]:
    message: Message | None = first
    while message is not None:
        yield ServerSentEvent(_text(message.data), event=message.event, id=str(message.id), sep="\n")
        message = await subscriber.waiting.get()


def _text(data: Any) -> str:
    return orjson.dumps(data).decode()
