"""Document events: which functions run for a DocType and event, resolved once per site and definition version."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm_platform.documents.document import Document, FrozenError, Setter, setter_of
from crm_platform.documents.origins import Origin
from crm_platform.errors import CRMError, PackError, ValidationError
from crm_platform.metadata.model import Definitions

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

Handler = Callable[["Context", Any], None]
"""Called with the Document; with all Documents where the Listener says `together`."""

EVENTS = (
    "before_naming",
    "before_insert",
    "before_validate",
    "validate",
    "before_save",
    "after_insert",
    "on_update",
    "before_submit",
    "on_submit",
    "before_cancel",
    "on_cancel",
    "before_update_after_submit",
    "on_update_after_submit",
    "on_change",
    "before_rename",
    "after_rename",
    "on_trash",
    "after_delete",
)
"""Frappe's document events. `before_naming` … `validate` may set fields; later ones see a frozen document."""

EVERY_DOCTYPE = "*"

Concern = Callable[[Definitions, str], bool]
"""Whether a listener has anything to do for a DocType under these definitions."""


def concerns_all(definitions: Definitions, doctype: str) -> bool:  # noqa: ARG001 one signature
    """Of a listener that has to be called for every document."""
    return True


@dataclass(frozen=True, slots=True)
class Listener:
    """One function of one pack that listens to an event of a DocType ("*": of every DocType)."""

    pack: str
    doctype: str
    event: str
    handler: Handler
    version: str = ""
    """The version of the pack."""
    together: bool = False
    """Whether it takes the documents of an event as a sequence: those of a batch at once, after the others' turn."""
    concerns: Concern = concerns_all
    """Where it is called at all: asked once for each DocType and event."""

    @property
    def hook(self) -> str:
        return f"{self.doctype}.{self.event} ({getattr(self.handler, '__qualname__', self.handler)})"


Named = tuple[tuple[Listener, Origin], ...]

Watch = Callable[[str, str], None]
"""Told (pack, hook) before a hook runs and ("", "") after it: the supervisor's heartbeat."""


def unwatched(pack: str, hook: str) -> None:
    """The watcher of processes without a supervisor."""


class guarded:  # noqa: N801 - used as a statement; a class, as a generator takes three times as long around each hook
    """Around a call of a pack's function: what is not an error of ours becomes a PackError with the sentence `failed`,
    since a pack may raise anything; the request is refused and names it."""

    __slots__ = ("failed", "hook", "pack", "watch")

    def __init__(self, watch: Watch, pack: str, hook: str, failed: str) -> None:
        self.watch, self.pack, self.hook, self.failed = watch, pack, hook, failed

    def __enter__(self) -> None:
        self.watch(self.pack, self.hook)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self.watch("", "")
        if isinstance(error, Exception) and not isinstance(error, CRMError):
            raise PackError(self.failed, pack=self.pack, hook=self.hook, kind=type(error).__name__) from error


class EventTable:
    """(DocType, event) → listeners in pack order. A document event costs one dict look-up where nobody listens."""

    def __init__(self, listeners: Iterable[Listener] = (), watch: Watch = unwatched) -> None:
        self._table: dict[tuple[str, str], list[Listener]] = {}
        self._resolved: dict[tuple[str, str], tuple[Named, Named]] = {}
        self._watch = watch
        for listener in listeners:
            if listener.event not in EVENTS:
                raise ValidationError(
                    "Pack {pack} listens to the unknown document event {event}. Known events: {events}.",
                    pack=listener.pack,
                    event=listener.event,
                    events=", ".join(EVENTS),
                )
            self._table.setdefault((listener.doctype, listener.event), []).append(listener)

    def listeners(self, doctype: str, event: str) -> list[Listener]:
        return self._table.get((doctype, event), []) + self._table.get((EVERY_DOCTYPE, event), [])

    def is_heard(self, ctx: Context, doctype: str, *events: str) -> bool:
        """Whether anybody is called at one of the events."""
        return any(each or together for each, together in (self._called(ctx, doctype, event) for event in events))

    def _called(self, ctx: Context, doctype: str, event: str) -> tuple[Named, Named]:
        """Who is called for each document and who for all, and under which name: worked out once for each event, as the
        table belongs to the definitions of `ctx`."""
        found = self._resolved.get((doctype, event))
        if found is None:
            heard = [one for one in self.listeners(doctype, event) if one.concerns(ctx.definitions, doctype)]
            named = [(one, Origin(one.pack, one.version, one.hook)) for one in heard]
            found = tuple(pair for pair in named if not pair[0].together), tuple(p for p in named if p[0].together)
            self._resolved[doctype, event] = found
        return found

    def fire(self, ctx: Context, doc: Document, event: str) -> None:
        """Call every listener. A listener's own CRMError passes; anything else becomes a PackError naming it."""
        self.fire_all(ctx, (doc,), event)

    def fire_all(self, ctx: Context, docs: Sequence[Document], event: str) -> None:
        """`fire` for a batch of documents of one DocType."""
        if not docs:
            return
        each, together = self._called(ctx, docs[0].meta.name, event)
        if each:
            for doc in docs:
                self._call(each, ctx, doc, setter_of(doc))
        if together:
            self._call(together, ctx, docs, Setter())

    def _call(self, called: Named, ctx: Context, subject: Document | Sequence[Document], setter: Setter) -> None:
        """Call each listener; what goes wrong names it. One block around all: every save passes here several times."""
        watch, connection, before = self._watch, ctx.connection, setter.origin
        try:
            for listener, setter.origin in called:
                watch(listener.pack, setter.origin.source)
                listener.handler(ctx, subject)
                if connection.failed:
                    _refuse_hidden(listener)
                watch("", "")
        except BaseException as error:
            watch("", "")
            told = _told(error, listener)
            if told is error:
                raise
            raise told from error
        finally:
            setter.origin = before


def _told(error: BaseException, listener: Listener) -> BaseException:
    """What the caller learns: an error of ours as it is, of everything else which hook of which pack it was."""
    if isinstance(error, FrozenError):
        return ValidationError(
            "The hook {hook} of pack {pack} changes a document that is being saved already; only "
            "before_naming, before_insert, before_validate and validate may. Nothing was saved.",
            pack=listener.pack,
            hook=listener.hook,
        )
    if isinstance(error, CRMError) or not isinstance(error, Exception):
        return error
    failed = "The hook {hook} of pack {pack} failed ({kind}). Nothing was saved; tell the administrator."
    return PackError(failed, pack=listener.pack, hook=listener.hook, kind=type(error).__name__)


def _refuse_hidden(listener: Listener) -> None:
    """A hook that catches what the database refused cannot save anything any more: say whose fault that is."""
    raise PackError(
        "The hook {hook} of pack {pack} hid an error of the database. Nothing was saved; tell the administrator.",
        pack=listener.pack,
        hook=listener.hook,
    )


def listeners_of(pack: str, table: Mapping[str, Mapping[str, Handler]], version: str = "") -> list[Listener]:
    """The listeners of a pack from its `document_events` hook: {DocType: {event: function}}."""
    return [
        Listener(pack, doctype, event, handler, version)
        for doctype, events in table.items()
        for event, handler in events.items()
    ]
