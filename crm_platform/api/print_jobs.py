"""crm.printing.start: many documents printed as a job of the caller, fifty to a PDF, the PDFs in one zip file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO, cast
from zipfile import ZIP_STORED, ZipFile

from crm_platform.api.methods import ApiMethod
from crm_platform.documents import reading
from crm_platform.documents.context import Context
from crm_platform.errors import CRMError, ValidationError
from crm_platform.files.attachments import Files, Upload
from crm_platform.files.names import safe_name
from crm_platform.jobs.job import Job
from crm_platform.jobs.queue import enqueue, refuse_crowd
from crm_platform.jobs.task import Task
from crm_platform.printing.service import Printing
from crm_platform.printing.snapshot import Snapshot

PRINT = "core:print"
TOGETHER = 50
"""Documents in one PDF."""

MOST = 5_000
"""Documents in one job."""

AT_ONCE = 3
"""Print jobs of one user that are not done yet: they are long, and others print, too."""

LONGEST = 3600.0
"""Seconds that a job may take."""

IN_MEMORY = 16 << 20
"""Bytes of the zip file above which it is kept on disk while it grows."""


@dataclass(frozen=True)
class Choice:
    """How the documents are printed; see printing.service.Printing.snapshot."""

    print_format: str = ""
    language: str = ""
    letterhead: bool | str = True
    page_size: str = ""


@dataclass
class _Printed:
    """What a job has done so far."""

    count: int = 0
    refused: list[dict[str, str]] = field(default_factory=list)


def start(  # noqa: PLR0913, PLR0917 the options of printing.download_multi_pdf
    ctx: Context,
    doctype: str,
    names: list[str],
    format: str = "",
    language: str = "",
    no_letterhead: bool = False,
    letterhead: str = "",
    page_size: str = "",
) -> dict[str, str]:
    """Print documents as a job; follow it by crm.jobs.get. Its result is a zip file of the caller's own (`file_url`),
    how many are in it, and which documents could not be printed, each with the reason.

    Raises TooManyRequestsError while AT_ONCE such jobs of the caller are not done."""
    meta = reading.definition(ctx, doctype)
    if not ctx.policy.allows(meta, "print"):
        raise reading.no_right(meta, "print")
    if not 0 < len(names) <= MOST or not all(isinstance(name, str) for name in names):
        raise ValidationError("Name 1 to {limit} documents that are printed together.", limit=MOST)
    refuse_crowd(ctx, PRINT, AT_ONCE)
    choice = Choice(format, language or ctx.language, not no_letterhead and (letterhead or True), page_size)
    return {"job": enqueue(ctx, PRINT, {"doctype": doctype, "names": names, "choice": asdict(choice)})}


def print_task(printing: Printing, files: Files) -> Task:
    """The task of such jobs."""

    def run(job: Job, *, doctype: str, names: list[str], choice: dict[str, Any]) -> dict[str, Any]:
        done = _Printed()
        with SpooledTemporaryFile(IN_MEMORY) as target:
            with ZipFile(target, "w", ZIP_STORED) as archive:
                for first, part in _parts(names):
                    job.progress(100 * first / len(names), "{done} of {total}", done=first, total=len(names))
                    found = list(_snapshots(job, printing, doctype, part, Choice(**choice), done))
                    if found:
                        title = safe_name(f"{doctype} {first + 1}-{first + len(part)}.pdf")
                        archive.writestr(title, printing.make_book(found))
            url = _keep(job, files, f"{doctype}.zip", target) if done.count else ""
        return {"file_url": url, "printed": done.count, "refused": done.refused}

    return Task(PRINT, run, steps=True, time_limit=LONGEST, cancellable=True, pauses=(10.0,))


def _parts(names: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    for first in range(0, len(names), TOGETHER):
        yield first, names[first : first + TOGETHER]


def _snapshots(
    job: Job, printing: Printing, doctype: str, names: Sequence[str], choice: Choice, done: _Printed
) -> Iterator[Snapshot]:
    """What may be printed; what may not is noted with the reason."""
    for name in names:
        try:
            snapshot = job.read(partial(printing.snapshot, doctype=doctype, name=name, **asdict(choice)))
        except CRMError as error:
            done.refused.append({"name": name, "reason": job.read(partial(_reason, error=error))})
        else:
            done.count += 1
            yield snapshot


def _reason(ctx: Context, error: CRMError) -> str:
    return error.message(ctx._)


def _keep(job: Job, files: Files, name: str, content: IO[bytes]) -> str:
    """The address of the file, which is private to the user of the job."""
    upload = Upload(name, cast(BinaryIO, content))
    stored = files.store(upload)
    return str(job.write(lambda ctx: files.record(ctx, upload, stored))["file_url"])


METHODS = (ApiMethod("crm.printing.start", start, writes=True),)
