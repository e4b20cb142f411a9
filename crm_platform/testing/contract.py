"""What every pack must meet, whatever it is about: a partner runs these checks on a pack, as we do on ours.

    @pytest.mark.parametrize("check", CHECKS)
    def test_contract(check, site, pack):
        faults = check(site, pack)
        assert not faults, "\\n".join(faults)

Each check takes an open site that has the pack to choose from, but not enabled, and returns one sentence per fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from urllib.parse import quote

from crm_platform.errors import DoesNotExistError, PrintFormatError
from crm_platform.files.attachments import Files
from crm_platform.files.storage import Storage
from crm_platform.metadata.checks import check
from crm_platform.metadata.merge import merge
from crm_platform.metadata.model import DocType
from crm_platform.metadata.problems import errors_of
from crm_platform.packs.hooks import Hooks
from crm_platform.packs.manifest import Pack
from crm_platform.printing.service import Printing
from crm_platform.printing.taking import Sources
from crm_platform.sites.create import migrate
from crm_platform.sites.examination import fault_of
from crm_platform.testing.client import signed_in
from crm_platform.testing.digests import digest, digest_of_database, digest_of_rows
from crm_platform.testing.imports import foreign_imports
from crm_platform.testing.samples import write_sample
from crm_platform.testing.sites import TestSite
from crm_platform.testing.texts import untranslated
from crm_platform.testing.views import fault_of_answer, faults_of_roles, faults_of_views
from crm_platform.testing.volume import ROWS, unlimited_reads
from crm_platform.testing.workflows import faults_of

Check = Callable[[TestSite, Pack], Sequence[str]]

RUN = "/api/method/frappe.desk.query_report.run"
LINKS = "D301"
"""The check that finds Link and Table fields to a DocType that is not there: a warning elsewhere, a fault in a pack."""
WORK = frozenset({"_job", "_plan"})
"""Tables of work that was asked for and done while the pack was there."""
SUBJECTS = {
    "Custom Field": "dt",
    "Property Setter": "doc_type",
    "Print Format": "doc_type",
    "Report": "ref_doctype",
    "Workflow": "document_type",
    "Number Card": "document_type",
    "Dashboard Chart": "document_type",
    "Notification": "document_type",
    "Assignment Rule": "document_type",
    "Automation Rule": "document_type",
}
"""Records that are about a DocType → the field that names it."""


def definitions_are_sound(site: TestSite, pack: Pack) -> Sequence[str]:
    """Every definition file is read and passes the checks, together with what the pack needs."""
    source = site.site.source
    packs = [*needs_of(site, pack), pack]
    merged = merge(site.site.runtime.database.read(lambda connection: source.layers(connection, packs)))
    loaded = source.of_pack(pack)
    own = {one.source for one in loaded.definitions}
    problems = [*loaded.problems, *(problem for problem in check(merged) if problem.source in own)]
    return [f"{problem.place}: {problem.message()} {problem.advice()}" for problem in errors_of(problems)]


def hooks_fit(site: TestSite, pack: Pack) -> Sequence[str]:
    """Every hook is one that there is, takes what it is given and answers in the right shape."""
    return list(filter(None, [fault_of(pack, site.site.source.watch)]))


def imports_the_pack_api_only(_site: TestSite, pack: Pack) -> Sequence[str]:
    """The code knows `crm_platform.pack` and nothing else of the platform."""
    return foreign_imports(pack.data, pack.manifest.package)


def comes_and_goes_cleanly(site: TestSite, pack: Pack) -> Sequence[str]:
    """Off after on leaves the site as it was; an upgrade to the same and on again are as on before, to the last row;
    and nothing is left when the pack is uninstalled with its data."""
    pack_id = pack.manifest.id
    enable(site, needs_of(site, pack))
    without, bare = digest(site), digest_of_database(site)
    site.enable_pack(pack_id)
    own = [doctype.name for doctype in _own_doctypes(site, pack)]
    for name in own:
        site.system(partial(write_sample, doctype=name, filled=True))
    enabled, rows = digest(site), digest_of_rows(site, own)
    migrate(site.site)
    site.change_pack("upgrade", pack_id)
    faults = [] if digest(site) == enabled else ["An upgrade to the same version changes the site."]
    site.disable_pack(pack_id)
    if digest(site) != without:
        faults.append("Disabling leaves something of the pack on the site.")
    site.enable_pack(pack_id)
    if digest(site) != enabled:
        faults.append("Enabled again, the pack makes another site than before.")
    if digest_of_rows(site, own) != rows:
        faults.append("Enabled again, the pack's documents are not what they were.")
    return [*faults, *_left_behind(site, pack_id, bare)]


def _left_behind(site: TestSite, pack_id: str, bare: dict[str, str]) -> list[str]:
    """A sentence for each table that is another one than before when the pack is uninstalled with its data."""
    site.change_pack("drop", pack_id)
    after = digest_of_database(site)
    changed = sorted(name for name in {*bare, *after} - WORK if after.get(name) != bare.get(name))
    return [f"Uninstalled with its data, the pack leaves something in the table {name}." for name in changed]


def queries_have_limits(site: TestSite, pack: Pack, rows: int = ROWS) -> Sequence[str]:
    """Nothing that the pack does reads the many rows of one of its DocTypes at once."""
    with_needs(site, pack)
    reports = [one.name for one in site.site.source.of_pack(pack).definitions if one.kind == "Report"]
    return unlimited_reads(site, pack.manifest.id, _own_doctypes(site, pack), reports, rows)


def links_point_somewhere(site: TestSite, pack: Pack) -> Sequence[str]:
    """Every Link and Table field, print format, report and rule is about a DocType that is there."""
    with_needs(site, pack)
    source = site.site.source
    definitions = source.of_pack(pack).definitions
    merged = merge(
        site.site.runtime.database.read(lambda connection: source.layers(connection, source.enabled(connection)))
    )
    files_of_pack = {one.source for one in definitions}
    dangling = [
        problem.message() for problem in check(merged) if problem.id == LINKS and problem.source in files_of_pack
    ]
    lost = [
        f"{one.kind} {one.name} is about {about}, a DocType that is not there."
        for one in definitions
        if (about := one.body.get(SUBJECTS.get(one.kind, ""))) and about not in merged.definitions
    ]
    return dangling + lost


def doctypes_have_permissions(site: TestSite, pack: Pack) -> Sequence[str]:
    """Every DocType but child tables says who may use it, with roles that are there."""
    with_needs(site, pack)
    roles = {str(row["name"]) for row in site.read(lambda ctx: ctx.store.list("Role", limit=None))}
    own = _own_doctypes(site, pack)
    silent = [f"{doctype.name} has no permission row." for doctype in own if not doctype.permissions]
    unknown = [
        f"{doctype.name} gives rights to {row.role}, a role that is not there."
        for doctype in own
        for row in doctype.permissions
        if row.role not in roles
    ]
    return silent + unknown


def texts_are_translated(site: TestSite, pack: Pack) -> Sequence[str]:
    """Every label, choice, button and message has an entry for each language that the pack has a catalogue for."""
    return untranslated(pack, site.site.source.of_pack(pack).definitions, site.site.catalogues)


def workflows_have_no_dead_ends(site: TestSite, pack: Pack) -> Sequence[str]:
    """Every state is reached from the first one, and from every state an end is reached."""
    with_needs(site, pack)
    workflows = site.read(lambda ctx: ctx.definitions.workflows)
    own = [workflow for workflow in workflows.values() if workflow.layer == pack.manifest.id]
    return [fault for workflow in own for fault in faults_of(workflow)]


def print_formats_render(site: TestSite, pack: Pack) -> Sequence[str]:
    """Every print format makes a page of a document with all values, and of one with none."""
    with_needs(site, pack)
    formats = [one for one in site.site.source.of_pack(pack).definitions if one.kind == "Print Format"]
    files = Files(Storage(site.site.folder.files))
    service = Printing(Sources(files, site.site.catalogues.messages, lambda: site.site.hooks), workers=1)
    try:
        return [fault for one in formats for fault in _faults_of_format(site, service, one.name, one.body["doc_type"])]
    finally:
        service.close()


def _faults_of_format(site: TestSite, service: Printing, name: str, doctype: str) -> Iterator[str]:
    for values, filled in (("all", True), ("no", False)):
        document = site.system(partial(write_sample, doctype=doctype, filled=filled))
        take = partial(service.snapshot, doctype=doctype, name=document, print_format=name, language="en")
        try:
            service.make("html", site.read(take))
        except PrintFormatError as error:
            yield f"{name}, of a document with {values} values: {error}"


def views_render(site: TestSite, pack: Pack) -> Sequence[str]:
    """The form, the list and a document of every DocType come, the list for every role that may read it as well, and
    the result of every report."""
    with_needs(site, pack)
    reports = [one.name for one in site.site.source.of_pack(pack).definitions if one.kind == "Report"]
    with signed_in(site) as client:
        faults = [fault for doctype in _own_doctypes(site, pack) for fault in faults_of_views(site, client, doctype)]
        results = [
            fault_of_answer(client, f"The report {name}", f"{RUN}?report_name={quote(name)}") for name in reports
        ]
    return [*faults, *faults_of_roles(site, _read_doctypes(site, pack)), *filter(None, results)]


def _read_doctypes(site: TestSite, pack: Pack) -> list[DocType]:
    """The pack's DocTypes, and those of others that its row filters narrow."""
    narrowed = {name for _, table in Hooks([pack]).contributions("row_filters") for name in table}
    definitions = site.read(lambda ctx: ctx.definitions)
    others = [definitions[name] for name in sorted(narrowed) if name in definitions]
    own = [one for one in _own_doctypes(site, pack) if not one.issingle]
    return [*own, *(one for one in others if one not in own)]


def _own_doctypes(site: TestSite, pack: Pack) -> list[DocType]:
    """The pack's DocTypes but its child tables; the pack must be enabled."""
    definitions = site.read(lambda ctx: ctx.definitions)
    return [one for one in definitions.values() if one.layer == pack.manifest.id and not one.istable]


def with_needs(site: TestSite, pack: Pack) -> None:
    """Enable what the pack needs, then the pack."""
    enable(site, [*needs_of(site, pack), pack])


def enable(site: TestSite, packs: Iterable[Pack]) -> None:
    """Enable those of `packs` that are not on yet."""
    for pack in packs:
        if pack not in site.read(lambda ctx: site.site.source.hooks_of(ctx.definitions)).packs:
            site.enable_pack(pack.manifest.id)


def needs_of(site: TestSite, pack: Pack) -> list[Pack]:
    """The installed packs that a pack builds on, each after those it needs itself."""
    installed = {found.id: found.pack for found in site.site.source.installed if found.pack is not None}
    found: list[Pack] = []
    for need in pack.manifest.depends:
        if need not in installed:
            raise DoesNotExistError("Pack {id} needs {need}, which is not installed.", id=pack.manifest.id, need=need)
        found += [one for one in (*needs_of(site, installed[need]), installed[need]) if one not in found]
    return found


CHECKS: tuple[Check, ...] = (
    definitions_are_sound,
    hooks_fit,
    imports_the_pack_api_only,
    comes_and_goes_cleanly,
    links_point_somewhere,
    doctypes_have_permissions,
    texts_are_translated,
    workflows_have_no_dead_ends,
    print_formats_render,
    views_render,
    queries_have_limits,
)
"""All of them, for `pytest.mark.parametrize`."""
