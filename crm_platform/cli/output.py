"""How commands speak: plain lines on standard output, complaints on standard error, tables and progress by rich."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import typer

from crm_platform.deferred import Deferred
from crm_platform.errors import CRMError

_CONSOLE = "crm_platform.cli.console"
_styled: Callable[[str, str], None] = Deferred(_CONSOLE, "styled")
_status: Callable[[str], AbstractContextManager[object]] = Deferred(_CONSOLE, "status")

complain: Callable[[CRMError | OSError], None] = Deferred(_CONSOLE, "complain")
"""One sentence on standard error, and below it a line for each faulty field."""


def say(text: str, style: str = "") -> None:
    """A line for the reader; `text` is taken as it is, without markup."""
    if style:
        _styled(text, style)
    else:
        typer.echo(text)


def working(what: str) -> AbstractContextManager[object]:
    """Show that something is going on, on a terminal only."""
    return _status(what) if sys.stderr.isatty() else nullcontext()
