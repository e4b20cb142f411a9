"""crm-platform pack new and pack test: what partners make packs with."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from crm_platform.cli.output import say
from crm_platform.cli.progress import progress
from crm_platform.cli.tables import show_table
from crm_platform.testing import quality, scaffold
from crm_platform.testing.loading import Tested, find_pack
from crm_platform.testing.quality import LEVELS, Answer, Sheet
from crm_platform.testing.trial import Trial
from crm_platform.testing.volume import ROWS

SIGNS = {
    "kept": "[green]kept[/]",
    "broken": "[bold red]broken[/]",
    "exempt": "[cyan]exempt[/]",
    "missing": "[yellow]missing[/]",
}

IdArgument = Annotated[
    str, typer.Argument(metavar="NAME", show_default=False, help="Id: lower case letters, digits, _.")
]
TargetArgument = Annotated[
    str,
    typer.Argument(
        metavar="PACK", show_default=False, help="Folder of the pack's distribution, or id of an installed pack."
    ),
]


def new(
    name: IdArgument,
    into: Annotated[
        Path | None, typer.Option("--into", show_default=False, help="Empty or new folder; by default NAME_pack here.")
    ] = None,
    title: Annotated[str, typer.Option("--title", show_default=False, help="What people call it; made of NAME.")] = "",
    doctype: Annotated[str, typer.Option("--doctype", show_default=False, help="Name of its first DocType.")] = "",
) -> None:
    """Make a complete pack: manifest, DocType, hook, print format, translations, tests, README, quality file."""
    pack = scaffold.named(name, title, doctype)
    folder = into or Path(f"{name}_pack")
    for written in scaffold.make_pack(folder, pack):
        say(f"  {written}")
    say(f"Made the pack {name} in {folder}. Go on with:")
    say(f'  pip install -e "{folder}[test]"')
    say(f"  crm-platform pack test {folder}")
    say(f"  crm-platform pack enable {name} --site FOLDER")


def test(
    pack: TargetArgument,
    as_json: Annotated[bool, typer.Option("--json", help="Print the sheet as JSON.")] = False,
    rows: Annotated[
        int, typer.Option(min=ROWS, help="Rows to generate per DocType, to find reads without a limit.")
    ] = 100_000,
) -> None:
    """Ask a pack what every pack is asked, show the sheet and its quality level; 1 when it breaks its promise."""
    sheet = ask(find_pack(pack), rows)
    if as_json:
        typer.echo(orjson.dumps(sheet.as_dict(), option=orjson.OPT_INDENT_2).decode())
    else:
        show(sheet)
    if not sheet.keeps_its_promise:
        raise typer.Exit(1)


def ask(tested: Tested, rows: int) -> Sheet:
    """The sheet of a pack, with a bar while it is made."""
    with tempfile.TemporaryDirectory() as folder, progress("Testing…") as told:
        questions = Trial(tested, Path(folder), rows).questions()
        promised, exemptions = quality.promise(tested.settings, questions)
        answers = []
        for number, question in enumerate(questions, start=1):
            answers.append(quality.answer(question, exemptions))
            told(number, len(questions))
    manifest = tested.pack.manifest
    return Sheet(manifest.id, manifest.version, promised, tuple(answers))


def show(sheet: Sheet) -> None:
    """The sheet as a table, and below it the sentences of what is not kept."""
    by_level = [one for level in LEVELS for one in sheet.answers if one.level == level]
    show_table(
        ("Level", "Question", "Answer"),
        [(one.level, f"{one.question}: {one.text}", Text.from_markup(SIGNS[one.state])) for one in by_level],
        title=f"{sheet.pack} {sheet.version}",
    )
    console = Console()
    for one in sheet.answers:
        _tell(console, one)
    say(f"Reached: {sheet.reached or 'no level'}. Promised: {sheet.promised or 'nothing'}.")


def _tell(console: Console, one: Answer) -> None:
    for sentence in one.sentences:
        console.print(f"{one.question}, {SIGNS[one.state]}: {escape(sentence)}", highlight=False, soft_wrap=True)
