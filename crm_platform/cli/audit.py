"""crm-platform audit: verify the chain of the audit log, export it, and keep its head elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from crm_platform.cli.options import SiteOption, opened
from crm_platform.cli.output import say, working
from crm_platform.privacy import audit
from crm_platform.privacy.heads import append_head, read_heads

EXAMPLES = "Examples:  crm-platform audit verify   ·   crm-platform audit head /mnt/safe/heads.jsonl"
app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="The audit log: verify, export, head.", epilog=EXAMPLES
)

HeadsOption = Annotated[
    Path | None, typer.Option("--heads", help="File of heads that was kept elsewhere; default: the site's own.")
]


@app.command(epilog="Example:  crm-platform audit verify --site mysite --heads /mnt/safe/audit-heads.jsonl")
def verify(site: SiteOption, heads: HeadsOption = None) -> None:
    """Check every entry against the chain. Names the first bad one and ends with 1."""
    with opened(site) as open_one, working("Verifying…"):
        known = read_heads(heads or open_one.folder.audit_heads)
        head, damage = open_one.runtime.read(lambda ctx: audit.verify(open_one.system(ctx), known))
    if damage is not None:
        name = f" ({damage.name})" if damage.name else ""
        say(f"Entry {damage.sequence}{name} of the audit log is bad: {damage.reason}.", "bold red")
        say(f"The {head.sequence} entries before it are sound.")
        raise typer.Exit(1)
    say(f"All {head.sequence} entries of the audit log are sound; the head is {head.entry_hash}.")


@app.command()
def export(site: SiteOption, file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")]) -> None:
    """Write all entries as JSON lines, with their hashes, so that others can verify them."""
    with opened(site) as open_one, file.open("xb") as target:

        def write(ctx: Any) -> int:
            count = 0
            for rows in audit.pages(open_one.system(ctx)):
                target.writelines(orjson.dumps(row) + b"\n" for row in rows)
                count += len(rows)
            return count

        count = open_one.runtime.read(write)
    say(f"{count} entries are in {file}.")


@app.command()
def head(
    site: SiteOption, file: Annotated[Path | None, typer.Argument(metavar="FILE", help="Append it here.")] = None
) -> None:
    """Print the newest entry's number and hash, and append them to a file that is kept where the site cannot write."""
    with opened(site) as open_one:
        newest = open_one.runtime.read(lambda ctx: audit.head(open_one.system(ctx)))
        if file is not None:
            append_head(file, newest, open_one.runtime.clock())
    say(f"{newest.sequence} {newest.entry_hash}")
