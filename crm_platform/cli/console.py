"""What rich shows: styled lines, complaints, that something is going on. Loaded when it is needed first."""

from __future__ import annotations

from contextlib import AbstractContextManager

from rich.console import Console
from rich.markup import escape

from crm_platform.errors import CRMError, FieldError


def styled(text: str, style: str) -> None:
    """A line in a style of rich; `text` is taken as it is, without markup."""
    Console(soft_wrap=True).print(text, style=style, markup=False, highlight=False)


def complain(error: CRMError | OSError) -> None:
    """One sentence, and below it a line for each faulty field."""
    console = Console(stderr=True, soft_wrap=True)
    console.print(f"[bold red]Error:[/] {escape(_sentence(error))}", highlight=False)
    if isinstance(error, CRMError) and len(error.errors) > 1:
        for fault in error.errors:
            console.print(f"  {_place(fault)}: {fault.message()}", markup=False, highlight=False)


def _sentence(error: CRMError | OSError) -> str:
    if isinstance(error, CRMError):
        return error.message()
    return f"{error.filename}: {error.strerror}" if error.filename else str(error)


def _place(fault: FieldError) -> str:
    return f"{fault.table}[{fault.row}].{fault.field}" if fault.table else fault.field


def status(what: str) -> AbstractContextManager[object]:
    """A turning sign with a text beside it, on standard error."""
    return Console(stderr=True).status(what)
