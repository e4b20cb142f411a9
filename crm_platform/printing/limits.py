"""Limits of a worker: agreed with the parent, and held by the operating system whatever a template does."""

from __future__ import annotations

import resource
from dataclasses import dataclass

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """`rows`: child rows of a document; `page`: characters of rendered HTML; `output`: bytes of an answer; `memory`:
    bytes of data of a worker; `template_seconds` and `pdf_seconds`: processor time of the two stages; `wall_seconds`:
    time until the parent stops a worker; `assets`: bytes of pictures and fonts together; `jobs`: until a worker is
    replaced by a fresh one; `waiting`: print-outs that may wait for a worker."""

    rows: int = 2000
    page: int = 8_000_000
    output: int = 64 * MEGABYTE
    memory: int = 1024 * MEGABYTE
    template_seconds: int = 5
    pdf_seconds: int = 60
    wall_seconds: float = 90.0
    assets: int = 16 * MEGABYTE
    jobs: int = 200
    waiting: int = 16


FILE_SIZE = 32 * MEGABYTE
"""WeasyPrint writes fonts that come as data: into a temporary folder."""


def hold_memory(limit: int) -> None:
    """Bound this process's memory and files, for good; a limit that is lower already stays."""
    for kind, wanted in ((resource.RLIMIT_DATA, limit), (resource.RLIMIT_FSIZE, FILE_SIZE), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(kind)[1]
        allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (allowed, allowed))


def allow_processor(seconds: int) -> None:
    """Give this process `seconds` more of processor time; then SIGXCPU ends it. RLIMIT_CPU counts from its start."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = int(usage.ru_utime + usage.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
