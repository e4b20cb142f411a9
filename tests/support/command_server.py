"""`crm-platform` for the shells of tests: a process that has loaded the product forks for each command.

A new interpreter loads the product for two seconds before a command begins, a fork is there at once and does the same.
`command_server.py SOCKET` serves; `CLIENT` is the program that stands on the PATH in the place of `crm-platform`.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from crm_platform.cli.main import COMMANDS, main
from crm_platform.packs.discovery import discover
from crm_platform.sites.model import core_definitions

LARGEST = 1 << 20
"""Bytes of a request: arguments and environment."""

CLIENT = """#!{python} -IS
import json, os, signal, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({socket!r})
    request = {{"arguments": sys.argv[1:], "folder": os.getcwd(), "environment": dict(os.environ)}}
    socket.send_fds(server, [json.dumps(request).encode()], [0, 1, 2])
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: server.send(bytes([number])))
    ended = server.recv(1)
sys.exit(ended[0] if ended else 1)
"""


@contextmanager
def command_server(folder: Path) -> Iterator[str]:
    """Serve until the end of the block; gives the text of the client."""
    place = folder / "commands"
    with subprocess.Popen([sys.executable, "-P", __file__, str(place)], stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline() == b"ready\n"
            yield CLIENT.format(python=sys.executable, socket=str(place))
        finally:
            server.kill()


def serve(place: str) -> NoReturn:
    """Fork for each connection, for ever."""
    for module in COMMANDS.values():
        import_module(f"crm_platform.cli.{module}")
    core_definitions()
    discover()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(place)
        listener.listen()
        os.write(1, b"ready\n")
        while True:
            connection = listener.accept()[0]
            if os.fork() == 0:
                listener.close()
                os._exit(_attend(connection))
            connection.close()


def _attend(connection: socket.socket) -> int:
    """Run the command of a connection in a further process; pass signals on to it, and its exit code back."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    text, streams, _, _ = socket.recv_fds(connection, LARGEST, 3)
    process = os.fork()
    if process == 0:
        connection.close()
        _become(json.loads(text), streams)
    for stream in streams:
        os.close(stream)
    ended = os.pidfd_open(process)
    while ended not in select.select([connection, ended], [], [])[0]:
        told = connection.recv(1)
        with suppress(ProcessLookupError):
            os.kill(process, told[0] if told else signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    with suppress(OSError):  # the shell may have gone already
        connection.send(bytes([code if code >= 0 else 128 - code]))
    return 0


def _become(request: dict[str, Any], streams: list[int]) -> NoReturn:
    """Be the command: its folder, environment and streams, and its exit code."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = ["crm-platform", *request["arguments"]]
    code = 1
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception:  # noqa: BLE001 told as an interpreter tells it
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve(sys.argv[1])
