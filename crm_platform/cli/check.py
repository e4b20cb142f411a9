"""crm-platform check: every fault of definition files at once, before anything is changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import orjson
import typer

from crm_platform.cli.definitions import checked
from crm_platform.cli.options import PathsArgument
from crm_platform.cli.output import say
from crm_platform.cli.tables import show_table, styled
from crm_platform.metadata.problems import Problem, errors_of

app = typer.Typer(add_completion=False)

MARKS = {True: styled("error", "red"), False: styled("warning", "yellow")}
"""By whether a problem is an error."""


@app.command(epilog="Examples:  crm-platform check doctypes/   ·   crm-platform check lead.json --json")
def check(
    paths: PathsArgument,
    json: Annotated[bool, typer.Option("--json", help="Print the faults as JSON.")] = False,
) -> None:
    """Check definition files or folders, in our or in Frappe's layout. Needs no site. Ends with 1 on errors."""
    count, problems = checked(paths)
    if json:
        typer.echo(orjson.dumps([as_data(problem) for problem in problems], option=orjson.OPT_INDENT_2))
    else:
        show(problems)
        errors = len(errors_of(problems))
        say(f"{count} definitions: {errors} errors, {len(problems) - errors} warnings.")
    if errors_of(problems):
        raise typer.Exit(1)


def show(problems: Sequence[Problem]) -> None:
    """A table of faults; nothing when there are none."""
    show_table(
        ("", "Check", "Where", "Fault", "What to do"),
        [
            (MARKS[problem.is_error], problem.id, _place(problem), problem.message(), problem.advice())
            for problem in problems
        ],
        lines=True,
    )


def _place(problem: Problem) -> str:
    field = f" {problem.doctype}.{problem.fieldname}" if problem.fieldname else ""
    return f"{problem.place}{field}".strip()


def as_data(problem: Problem) -> dict[str, Any]:
    """A fault as programs read it."""
    return {
        "id": problem.id,
        "level": problem.level,
        "file": problem.source,
        "line": problem.line,
        "key": problem.key,
        "doctype": problem.doctype,
        "field": problem.fieldname,
        "message": problem.message(),
        "remedy": problem.advice(),
    }
