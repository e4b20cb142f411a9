"""Speaks IMAP: which mails of a folder are new, and their bytes. It changes nothing on the server."""

from __future__ import annotations

import imaplib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from crm_platform.mail.accounts import STARTTLS, TLS, Server
from crm_platform.outbound.certificates import Trust

TIMEOUT = 60.0
"""Seconds for each answer of the server."""

LARGEST = 25 << 20
"""Bytes of a mail; of a larger one only the beginning is fetched."""

BEGINNING = 256 << 10
AT_FIRST = 250
"""Of a folder that is fetched for the first time: the newest unread mails, so many. The rest is history."""

SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
NUMBER = re.compile(rb"^\d+$")


class ImapError(Exception):
    """The server refused, broke off or said what IMAP does not know."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far a folder has been fetched: up to, not including, `uidnext` under `uidvalidity`; both empty at first."""

    folder: str
    uidvalidity: str = ""
    uidnext: int = 0
    last: datetime | None = None


@dataclass
class Folder:
    """A selected folder. `uidvalidity` is the server's; `anew` says that it is not the one we knew."""

    connection: imaplib.IMAP4
    uidvalidity: str
    place: Place

    @property
    def anew(self) -> bool:
        return self.place.uidvalidity != self.uidvalidity

    def new_uids(self) -> Sequence[int]:
        """The UIDs that have not been fetched, ascending."""
        if not self.anew:
            found = self._search(f"UID {self.place.uidnext}:*")
            return sorted(uid for uid in found if uid >= self.place.uidnext)
        if self.place.last is not None:
            return sorted(self._search(f"SINCE {imaplib.Time2Internaldate(self.place.last)[1:12].strip()}"))
        return sorted(self._search("UNSEEN"))[-AT_FIRST:]

    def next_uid(self) -> int:
        """Above every UID that is there now. Ask before `new_uids`: mail may come between."""
        return max(self._search("UID *"), default=0) + 1

    def fetch(self, uid: int) -> tuple[bytes, bool]:
        """The bytes of a mail, and whether they are all of it. Empty when it was deleted meanwhile."""
        size = SIZE.search(b" ".join(_bytes(self._uid("FETCH", str(uid), "(RFC822.SIZE)"))))
        if size is None:
            return b"", True
        whole = int(size[1]) <= LARGEST
        part = "BODY.PEEK[]" if whole else f"BODY.PEEK[]<0.{BEGINNING}>"
        answers = self._uid("FETCH", str(uid), f"({part})")
        bodies = [answer[1] for answer in answers if isinstance(answer, tuple)]
        return (bodies[0] if bodies else b""), whole

    def _search(self, criteria: str) -> list[int]:
        lines = _bytes(self._uid("SEARCH", None, criteria))
        return [int(word) for line in lines for word in line.split() if NUMBER.match(word)]

    def _uid(self, command: str, *arguments: str | None) -> Sequence[object]:
        status, answers = self.connection.uid(command, *arguments)  # type: ignore[arg-type]  # None: no charset
        if status != "OK":
            raise ImapError(f"{command}: {_said(answers)}")
        return answers


@contextmanager
def connected(server: Server, trust: Trust) -> Iterator[imaplib.IMAP4]:
    """A connection, encrypted and signed in as the account says. Raises ImapError for everything that goes wrong."""
    try:
        connection = _connect(server, trust)
        try:
            yield connection
        finally:
            with suppress(OSError, imaplib.IMAP4.error):
                connection.logout()
    except (OSError, imaplib.IMAP4.error, UnicodeError) as error:
        raise ImapError(f"{server.host}:{server.port}: {error}"[:500]) from None


def _connect(server: Server, trust: Trust) -> imaplib.IMAP4:
    if server.encryption == TLS:
        connection: imaplib.IMAP4 = imaplib.IMAP4_SSL(server.host, server.port, ssl_context=trust(), timeout=TIMEOUT)
    else:
        connection = imaplib.IMAP4(server.host, server.port, timeout=TIMEOUT)
    try:
        if server.encryption == STARTTLS:
            connection.starttls(trust())
        connection.login(server.login, server.password)
    except BaseException:
        with suppress(OSError):
            connection.shutdown()
        raise
    return connection


def open_folder(connection: imaplib.IMAP4, place: Place) -> Folder:
    """Select a folder for reading only. Raises ImapError when there is none of this name."""
    status, said = connection.select(_quoted(place.folder), readonly=True)
    if status != "OK":
        raise ImapError(f"{place.folder}: {_said(said)}")
    _, answer = connection.response("UIDVALIDITY")
    found = next((line.decode() for line in _bytes(answer) if NUMBER.match(line)), "")
    return Folder(connection, found, place)


def _quoted(folder: str) -> str:
    """A folder's name as IMAP writes it: modified UTF-7 (RFC 3501 §5.1.3), in quotes."""
    encoded = re.sub(r"&|[^\x20-\x7e]+", _shifted, folder)
    return '"' + encoded.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _shifted(match: re.Match[str]) -> str:
    text = match[0]
    if text == "&":
        return "&-"
    return "&" + text.encode("utf-7").decode()[1:].removesuffix("-").replace("/", ",") + "-"


def _bytes(answers: object) -> list[bytes]:
    return [part for part in answers if isinstance(part, bytes)] if isinstance(answers, list | tuple) else []


def _said(answers: object) -> str:
    return b" ".join(_bytes(answers)).decode("utf-8", "replace")[:200]
