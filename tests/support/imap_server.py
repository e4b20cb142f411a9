"""A real IMAP server (pymap) in a process of its own, as the peer of receiving tests."""

from __future__ import annotations

import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

LOGIN, PASSWORD = "support@example.com", "Geheim-2"
PATIENCE = 30.0
PROGRAM = """
from pymap import config
from pysasl.hashing import BuiltinHash
config.BuiltinHash = lambda: BuiltinHash(rounds=1)  # a million rounds for every login are for real passwords
from pymap.main import main
main()
"""


@dataclass
class ImapServer:
    """The server's port, and what other people's mail programs do with it."""

    port: int

    @contextmanager
    def signed_in(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=PATIENCE) as connection:
            connection.login(LOGIN, PASSWORD)
            yield connection

    def make_folder(self, folder: str) -> None:
        """A new, empty folder; an old one of the name goes."""
        with self.signed_in() as connection:
            connection.delete(folder)
            assert connection.create(folder)[0] == "OK"

    def put(self, *messages: bytes, folder: str = "INBOX") -> None:
        """Deliver mails as they are."""
        with self.signed_in() as connection:
            for message in messages:
                content = message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
                status, said = connection.append(folder, "", imaplib.Time2Internaldate(time.time()), content)
                assert status == "OK", said

    def remove(self, uid: int, folder: str = "INBOX") -> None:
        with self.signed_in() as connection:
            connection.select(folder)
            connection.uid("STORE", str(uid), "+FLAGS", "(\\Deleted)")
            connection.expunge()

    def flags(self, folder: str = "INBOX") -> list[bytes]:
        """The flags of all mails of a folder: fetching must not change them."""
        with self.signed_in() as connection:
            connection.select(folder, readonly=True)
            return [line for line in connection.fetch("1:*", "(FLAGS)")[1] if isinstance(line, bytes)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def imap_server(certificate: tuple[Path, Path] | None = None) -> Iterator[ImapServer]:
    """The server while the block runs; with a certificate (files of certificate and key) it offers STARTTLS."""
    port = free_port()
    tls = ["--cert", str(certificate[0]), "--key", str(certificate[1])] if certificate else ["--no-tls"]
    account = ["dict", "--demo-user", LOGIN, "--demo-password", PASSWORD]
    command = [sys.executable, "-P", "-c", PROGRAM]
    where = ["--host", "127.0.0.1", "--port", str(port), *tls]
    process = subprocess.Popen([*command, *where, *account], stderr=subprocess.DEVNULL)
    try:
        _wait_for(process, port)
        yield ImapServer(port)
    finally:
        process.kill()
        process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert process.poll() is None, "The IMAP server ended at once."
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    pytest.fail("The IMAP server does not answer.")


@pytest.fixture(scope="module")
def mailbox() -> Iterator[ImapServer]:
    """One server for the tests of a module; each makes a folder of its own."""
    with imap_server() as server:
        yield server
