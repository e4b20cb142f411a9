"""crm-platform privacy: reports about a person, erasure, retention, and the keys of encrypted fields."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crm_platform.cli.options import SiteOption, opened
from crm_platform.cli.output import say, working
from crm_platform.cli.tables import show_table
from crm_platform.errors import DoesNotExistError
from crm_platform.files.attachments import Files
from crm_platform.files.storage import Storage
from crm_platform.privacy import erasure, erasure_plan, report, retention, subject
from crm_platform.privacy.subject import Name
from crm_platform.sites.opening import Site
from crm_platform.sites.sealing import change_key, reseal

EXAMPLES = (
    "Examples:  crm-platform privacy report Contact:CON-0001 --file person.zip   ·   "
    "crm-platform privacy erase Contact:CON-0001   ·   crm-platform privacy retention"
)
app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Personal data: report, erase, retention, keys.",
    epilog=EXAMPLES,
)

PersonArgument = Annotated[
    list[str],
    typer.Argument(metavar="PERSON…", help="DOCTYPE:NAME of a document, or an e-mail address or number to look for."),
]
ReasonOption = Annotated[str, typer.Option(help="Why: it goes into the audit log.")]
ApplyOption = Annotated[bool, typer.Option("--apply", help="Do it. Without this nothing is changed.")]


def _names(site: Site, given: list[str]) -> list[Name]:
    """Documents by their names, or all those with an identity."""

    def look(text: str) -> list[Name]:
        doctype, _, name = text.partition(":")
        if name:
            return [(doctype, name)]
        return site.runtime.read(lambda ctx: subject.find(site.system(ctx), text))

    found = [name for text in given for name in look(text)]
    if not found:
        raise DoesNotExistError("No document has this address or number. Name one as DOCTYPE:NAME.")
    return list(dict.fromkeys(found))


def _files(site: Site) -> Files:
    return Files(Storage(site.folder.files))


@app.command(
    "report", epilog="Example:  crm-platform privacy report Contact:CON-0001 person.zip --reason 'her request'"
)
def make_report(
    site: SiteOption,
    person: PersonArgument,
    file: Annotated[Path, typer.Option("--file", "-o", help="The zip archive to write.")] = Path("person.zip"),
    reason: ReasonOption = "Request of the person",
) -> None:
    """Write everything that the site holds about a person into an archive: JSON, a readable page, the files."""
    with opened(site) as open_one, working("Reading…"):
        names = _names(open_one, person)
        content = open_one.runtime.write(lambda ctx: report.report(open_one.system(ctx), names, reason))
        html = report.page(content, open_one.settings.language, lambda text: text)
        with file.open("xb") as target:
            target.write(report.archive(content, html, _files(open_one).content))
    say(f"The report is in {file}. It holds personal data in full: hand it on with care.")


@app.command(epilog="Examples:  crm-platform privacy erase Contact:CON-0001   ·   … --apply --reason 'her request'")
def erase(
    site: SiteOption, person: PersonArgument, apply: ApplyOption = False, reason: ReasonOption = "Request of the person"
) -> None:
    """Show what erasing a person would do with each document, and why it keeps some; with --apply do it."""
    with opened(site) as open_one:
        names, files = _names(open_one, person), _files(open_one)
        if apply:
            made = open_one.runtime.write(lambda c: erasure.apply(open_one.system(c), names, reason, files.drop))
        else:
            made = open_one.runtime.read(lambda ctx: erasure_plan.plan(open_one.system(ctx), names))
    _show(made)
    say(erasure.BACKUPS if apply else "Nothing was changed. Repeat it with --apply.")


def _show(made: erasure_plan.Plan) -> None:
    show_table(
        ("Document", "What happens", "Fields", "Why"),
        [(f"{item.doctype} {item.name}", item.action, ", ".join(item.fields), item.reason) for item in made.items],
    )


@app.command("retention")
def enforce(site: SiteOption, apply: ApplyOption = False) -> None:
    """List the documents whose time is over; with --apply erase them now instead of tonight."""
    with opened(site) as open_one:
        if apply:
            files = _files(open_one)
            done = open_one.runtime.write(lambda ctx: retention.enforce(open_one.system(ctx), files.drop))
            say(", ".join(f"{count} {what}" for what, count in done.items()) or "Nothing was due.")
            return
        waiting = open_one.runtime.read(lambda ctx: retention.due(open_one.system(ctx)))
    for one in waiting:
        what = ", ".join(one.fields) or "the whole document"
        say(f"{one.doctype} {one.name}: {what}" + (f" (kept: {one.held})" if one.held else ""))
    say(f"{len(waiting)} documents are due.")


@app.command("reseal")
def reseal_values(
    site: SiteOption,
    new_key: Annotated[bool, typer.Option("--new-key", help="Make a new key first. Stop the server before.")] = False,
) -> None:
    """Encrypt all secret values anew with the newest key of the site, for example after a key became known."""
    if new_key:
        change_key(site)
    with opened(site) as open_one, working("Encrypting…"):
        count = reseal(open_one)
    say(f"{count} values are encrypted with the newest key. Make a backup: older ones hold the older keys only.")
