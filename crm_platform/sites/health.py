"""What `crm-platform doctor` looks at: the machine, and one site."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from ctypes.util import find_library
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from crm_platform.automation.examination import broken
from crm_platform.database.append_only import unprotected
from crm_platform.documents import modelling
from crm_platform.documents.backfill import pending
from crm_platform.documents.context import Context
from crm_platform.documents.recompute import differences
from crm_platform.jobs.records import failed
from crm_platform.metadata.problems import errors_of
from crm_platform.privacy import audit
from crm_platform.privacy.heads import read_heads
from crm_platform.search.rebuilding import compare
from crm_platform.sites.opening import Site
from crm_platform.sites.packs import pack_list

Level = Literal["ok", "warn", "fail"]

PANGO = {"pango-1.0": "libpango-1.0-0", "pangoft2-1.0": "libpangoft2-1.0-0"}
"""Library that WeasyPrint loads → the Debian package that has it."""

LITTLE_SPACE = 1 << 30
NO_SPACE = 100 << 20

FEW = 100
"""Wrong values are counted so far."""


@dataclass(frozen=True)
class Finding:
    """One line of the report; `remedy` says what to do, and is empty when all is well."""

    level: Level
    subject: str
    text: str
    remedy: str = ""


def machine() -> Iterator[Finding]:
    """What every site on this machine needs or may use."""
    yield from print_libraries()
    yield _program("chromium", "the browser tests of developers", "chromium")
    yield _program("node", "building the interface from its sources", "nodejs")


def print_libraries() -> Iterator[Finding]:
    """Whether PDFs can be made, and whether Chinese ones have a font."""
    missing = [package for library, package in PANGO.items() if find_library(library) is None]
    if missing:
        text = "Pango is missing, so that no PDF can be printed."
        yield Finding("fail", "printing", text, f"On Debian: apt-get install {' '.join(missing)}")
    else:
        yield Finding("ok", "printing", "Pango is there.")
    if _has_chinese_font():
        yield Finding("ok", "fonts", "There is a font for Chinese.")
    else:
        text = "No font for Chinese was found: Chinese papers show empty boxes."
        yield Finding("warn", "fonts", text, "On Debian: apt-get install fonts-noto-cjk")


def _has_chinese_font() -> bool:
    lister = shutil.which("fc-list")
    if lister is None:
        return False
    return bool(subprocess.run([lister, ":lang=zh", "family"], capture_output=True, check=False).stdout.strip())


def _program(name: str, purpose: str, package: str) -> Finding:
    if shutil.which(name):
        return Finding("ok", name, f"{name} is there.")
    return Finding("ok", name, f"{name} is not there; only {purpose} needs it (Debian: {package}).")


def site_findings(site: Site) -> Iterator[Finding]:
    """What is specific to one open site."""
    for look in LOOKS:
        yield from site.runtime.read(lambda ctx, look=look: list(look(site, site.system(ctx))))  # type: ignore[misc]


def _database(site: Site, ctx: Context) -> Iterator[Finding]:
    kind = site.runtime.database.dialect
    users = ctx.store.count("User")
    yield Finding("ok", "database", f"The {kind} database answers; the site has {users} users.")


def _integrity(site: Site, ctx: Context) -> Iterator[Finding]:  # noqa: ARG001 every look is called alike
    faults = site.runtime.database.faults()
    if faults:
        remedy = "Stop the server and restore the newest backup: crm-platform restore"
        yield Finding("fail", "integrity", f"The database is damaged: {faults[0]}", remedy)
    else:
        yield Finding("ok", "integrity", "The database is sound.")


def _schema(site: Site, ctx: Context) -> Iterator[Finding]:
    planned = modelling.plan(ctx)
    if planned.steps:
        text = f"{len(planned.steps)} tables or columns differ from the definitions."
        yield Finding("warn", "schema", text, f"Run: crm-platform migrate --site {site.folder.path}")
    else:
        yield Finding("ok", "schema", "The tables are those of the definitions.")
    for problem in errors_of(planned.problems):
        yield Finding("fail", "definitions", f"{problem.place}: {problem.message()}", problem.advice())


def _preparations(site: Site, ctx: Context) -> Iterator[Finding]:  # noqa: ARG001 every look is called alike
    begun = site.runtime.database.unfinished()
    if begun:
        text = f"{len(begun)} preparations of plans are not finished; the oldest: {begun[0].text}."
        remedy = f"Apply the plan again, or run: crm-platform sweep --site {site.folder.path}"
        yield Finding("warn", "plans", text, remedy)
    else:
        yield Finding("ok", "plans", "No preparation of a plan was broken off.")


def _computed(site: Site, ctx: Context) -> Iterator[Finding]:
    wrong = list(islice(differences(ctx), FEW))
    if wrong:
        text = f"{'At least ' if len(wrong) == FEW else ''}{len(wrong)} computed values are wrong: {wrong[0]}."
        yield Finding("fail", "formulas", text, f"Run: crm-platform doctor --repair --site {site.folder.path}")
    elif pending(ctx):
        text = "Computed fields wait to be filled by the worker."
        yield Finding("warn", "formulas", text, f"Run: crm-platform doctor --repair --site {site.folder.path}")
    else:
        yield Finding("ok", "formulas", "Every formula and roll-up is what its sources give.")


def _packs(site: Site, ctx: Context) -> Iterator[Finding]:
    site.source.enabled(ctx.connection)
    for sentence in site.source.missing:
        remedy = "Install what is missing, or disable the pack. Its documents are readable and not changed meanwhile."
        yield Finding("fail", "packs", f"Safe mode: {sentence}", remedy)
    if not site.source.missing:
        names = ", ".join(pack.manifest.id for pack in site.hooks.packs) or "none"
        yield Finding("ok", "packs", f"Enabled packs: {names}.")
    for row in pack_list(site, ctx.connection):
        if row.enabled and row.upgrade:
            text = f"Pack {row.id} {row.upgrade} is installed; the site has the definitions of {row.version}."
            yield Finding("warn", "packs", text, f"Run: crm-platform pack upgrade {row.id} --site {site.folder.path}")


def _jobs(site: Site, ctx: Context) -> Iterator[Finding]:  # noqa: ARG001 every look is called alike
    parked = failed(ctx.connection)
    if parked:
        text = f"{len(parked)} jobs were given up; the newest is {parked[0]['task']}: {parked[0]['error']}"
        yield Finding("warn", "jobs", text, "Mend the cause, then: crm-platform jobs retry ID")
    else:
        yield Finding("ok", "jobs", "No job was given up.")


def _search(site: Site, ctx: Context) -> Iterator[Finding]:
    found = compare(ctx)
    wrong = found.missing + found.outdated + found.surplus
    remedy = f"Run: crm-platform search rebuild --site {site.folder.path}"
    if wrong and found.walks:
        text = f"{wrong} entries of {found.walks} DocTypes are still to be made; the worker does it, or the command."
        yield Finding("warn", "search", text, remedy)
    elif wrong:
        text = f"The index lacks {found.missing}, has {found.outdated} outdated and {found.surplus} surplus entries."
        yield Finding("fail", "search", text, remedy)
    else:
        yield Finding("ok", "search", f"The index agrees with the documents ({found.right} entries).")


def _rules(site: Site, ctx: Context) -> Iterator[Finding]:  # noqa: ARG001 every look is called alike
    faults = list(broken(ctx))
    for label, error in faults:
        yield Finding("warn", "rules", f"{label} cannot work: {error}", "Correct the rule, or switch it off.")
    if not faults:
        yield Finding("ok", "rules", "Every rule can work.")


def _audit(site: Site, ctx: Context) -> Iterator[Finding]:
    known = read_heads(site.folder.audit_heads)
    head, damage = audit.verify(ctx, known)
    missing = unprotected(ctx.connection, audit.append_only(ctx.definitions[audit.DOCTYPE]))
    if damage is not None:
        text = f"Entry {damage.sequence} of the audit log is bad: {damage.reason}."
        yield Finding("fail", "audit log", text, "Somebody changed the database by hand: compare it with a backup.")
    elif missing:
        text = f"The audit log is not protected: {', '.join(missing)} is missing."
        yield Finding("fail", "audit log", text, f"Run: crm-platform migrate --site {site.folder.path}")
    else:
        yield Finding("ok", "audit log", f"All {head.sequence} entries of the audit log are sound.")


def _space(site: Site, ctx: Context) -> Iterator[Finding]:  # noqa: ARG001 every look is called alike
    free = shutil.disk_usage(site.folder.path).free
    text = f"{free >> 20} MB are free for the site's folder."
    level: Level = "fail" if free < NO_SPACE else "warn" if free < LITTLE_SPACE else "ok"
    yield Finding(level, "space", text, "" if level == "ok" else "Make room: without it nothing can be saved.")


def _key(site: Site, ctx: Context) -> Iterator[Finding]:  # noqa: ARG001 every look is called alike
    path = site.folder.path / "secret.key"
    open_to_others = path.stat().st_mode & 0o077
    if open_to_others:
        yield Finding("warn", "secret key", f"Others on this machine can read {path}.", f"Run: chmod 600 {path}")
    else:
        yield Finding("ok", "secret key", "Only its owner can read the secret key.")


LOOKS: tuple[Callable[[Site, Context], Iterator[Finding]], ...] = (
    _database,
    _integrity,
    _schema,
    _preparations,
    _computed,
    _packs,
    _jobs,
    _search,
    _rules,
    _audit,
    _space,
    _key,
)
