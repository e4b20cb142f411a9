"""The worker process: `python -P -m crm_platform.printing.worker`. Takes jobs from a pipe until it is closed."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any, BinaryIO

from crm_platform.printing.faults import Fault
from crm_platform.printing.filling import fill
from crm_platform.printing.limits import allow_processor, hold_memory
from crm_platform.printing.pdf import pdf
from crm_platform.printing.render import render
from crm_platform.printing.wire import Broken, dumps, loads, read_frame, write_frame

JOB_LIMIT = 256 << 20


def work(job: dict[str, Any]) -> tuple[bytes, list[str]]:
    """One job: the bytes of the answer, and the addresses that were refused. Raises Fault."""
    limits = job["limits"]
    allow_processor(limits["template_seconds"])
    if job["kind"] == "texts":
        return dumps(fill(job["filling"])), []
    if job["kind"] == "html":
        return render(job["snapshot"], limits["page"]).encode(), []
    pages = []
    for snapshot in job["snapshots"]:
        allow_processor(limits["template_seconds"])
        pages.append(render(snapshot, limits["page"]))
    allow_processor(limits["pdf_seconds"])
    try:
        return pdf(pages)
    except MemoryError:
        raise Fault("The print-out grew too big for a PDF. Print fewer rows, or export them.") from None
    except Fault:
        raise
    except Exception as error:  # noqa: BLE001 a style sheet may bring WeasyPrint to raise anything
        raise Fault("No PDF can be made of this page ({reason}). Simplify its style sheet.", reason=error) from None


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer each job with a head (fault or refused addresses) and a body, until the parent closes the pipe."""
    while True:
        try:
            job = loads(read_frame(requests, JOB_LIMIT))
        except Broken:
            return
        head: dict[str, Any] = {}
        body = b""
        try:
            body, head["refused"] = work(job)
        except Fault as fault:
            head["fault"] = {"template": fault.template, "kind": fault.kind, "params": fault.params}
        write_frame(answers, dumps(head))
        write_frame(answers, body)


def main() -> None:
    """Keep the pipe for answers to ourselves (a pack's filter may print), hold the limits, serve."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    logging.getLogger("weasyprint").addHandler(logging.NullHandler())
    hold_memory(int(sys.argv[1]))
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
