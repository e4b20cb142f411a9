"""The Context of one request: who asks, in which transaction, at what time, in which language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from crm_platform.database.interface import Connection
from crm_platform.database.system import PACK_SETTING
from crm_platform.documents.policy import AccessPolicy, AllowAll, DenyAll
from crm_platform.errors import PermissionError, render
from crm_platform.metadata.masking import plain_of
from crm_platform.metadata.model import Definitions
from crm_platform.packs.manifest import Manifest

if TYPE_CHECKING:
    from crm_platform.documents.document import Document
    from crm_platform.documents.runtime import Runtime
    from crm_platform.documents.store import Store

Clock = Callable[[], datetime]

ADMINISTRATOR = "Administrator"
GUEST = "Guest"


def system_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Context:
    """Handed to every function that touches data; there are no globals.

    `runtime` is the open site, `definitions` the model at the version this transaction saw, `clock` gives aware UTC.
    """

    runtime: Runtime
    connection: Connection
    definitions: Definitions
    user: str = GUEST
    roles: frozenset[str] = frozenset()
    policy: AccessPolicy = field(default_factory=DenyAll)
    clock: Clock = system_clock
    language: str = "en"
    request_id: str = ""
    ip: str = ""
    session: str = ""
    """Hash of the session's id; empty for keys and the command line."""
    causes: tuple[str, ...] = ()
    """The automatic steps that led here, the first one first; empty for what a person asked for."""

    @property
    def store(self) -> Store:
        """The one door to data: get, list, insert, save, submit, cancel, delete, rename."""
        return self.runtime.store(self)

    def as_system(self) -> Context:
        """The same transaction and user name with the system's own rights. Every use is a decision: grep for it."""
        return self if isinstance(self.policy, AllowAll) else replace(self, policy=AllowAll())

    def settings(self, manifest: Manifest) -> dict[str, str]:
        """The settings of a pack: the defaults of its manifest, or what this site says instead."""
        own = {row["name"]: row["value"] for row in self.connection.fetch(PACK_SETTING, {"pack": manifest.id})}
        return {name: own.get(name, default) for name, default in manifest.settings.items()}

    def contributions(self, hook: str) -> Sequence[tuple[str, Mapping[str, Any]]]:
        """(pack id, {name: function}) of each pack that takes part and answers `hook`, in the order of their needs."""
        return self.runtime.contributions(self.definitions, hook)

    def with_definitions(self, definitions: Definitions) -> Context:
        """The same transaction after it changed the model."""
        return replace(self, definitions=definitions)

    def audit(self, event: str, doctype: str = "", name: str = "", **details: Any) -> None:
        """Write down in the audit log, in this transaction, what the user did. `details` are plain JSON data, without
        confidential values."""
        self.runtime.audit(self, event, doctype, name, details)

    def reveal(self, manifest: Manifest, doc: Document, fieldname: str) -> Any:
        """What a masked field of a document (or row) holds, for a pack whose manifest says `unmask`; written down in
        the audit log, so only in a writing transaction. Raises PermissionError."""
        if not manifest.unmask:
            template = "Pack {pack} has no right to see masked values: its manifest does not ask for it (unmask)."
            raise PermissionError(template, pack=manifest.id)
        self.audit("Unmasked", doc.doctype, str(doc.get("name", "")), fields=[fieldname], pack=manifest.id)
        return plain_of(doc[fieldname])

    def now(self) -> datetime:
        """This moment, aware UTC."""
        return self.clock()

    def today(self) -> str:
        """Today's date in the site's time zone, ISO."""
        return self.clock().astimezone(self.runtime.zone).date().isoformat()

    def _(self, msgid: str, **params: Any) -> str:
        """Translate `msgid` into the caller's language and fill its placeholders."""
        return render(msgid, params, partial(self.runtime.translate, self.language))
