"""The table of commands, each loaded when it is called, and the one place where errors become a sentence."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from crm_platform import __version__
from crm_platform.cli.output import complain
from crm_platform.errors import CRMError

COMMANDS: Mapping[str, str] = {
    "new-site": "new_site",
    "serve": "serve",
    "demo": "demo",
    "check": "check",
    "plan": "plan",
    "apply": "apply",
    "rollback": "rollback",
    "history": "history",
    "sweep": "sweep",
    "import": "import_rows",
    "undo-import": "undo_import",
    "export": "export_rows",
    "user": "user",
    "pack": "pack",
    "migrate": "migrate",
    "backup": "backup",
    "restore": "restore",
    "search": "search",
    "worker": "worker",
    "jobs": "jobs",
    "privacy": "privacy",
    "audit": "audit",
    "doctor": "doctor",
}
"""Name of a command → its module in this package, which has a Typer `app`. Loading all of them would take longer than
most of them work."""


class Commands(TyperGroup):
    """Finds commands by the table; an error of ours or of the system ends as one sentence and exit code 1."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 the signature is Click's
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 the signature is Click's
        if cmd_name not in COMMANDS:
            return None
        command = typer.main.get_command(_loaded(f"crm_platform.cli.{COMMANDS[cmd_name]}").app)
        command.name = cmd_name
        return command

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # whoever reads our lines has seen enough: Click ends quietly
            raise
        except (CRMError, OSError) as error:
            complain(error)
            raise typer.Exit(1) from None


def _loaded(module: str) -> Any:
    """The module with all that it needs. What is loaded lives as long as the process: looking for garbage in it would
    take a tenth of the time that a short command takes."""
    gc.disable()
    loaded = import_module(module)
    gc.freeze()
    gc.enable()
    return loaded


EXAMPLES = (
    "Examples:  crm-platform demo   ·   crm-platform new-site mysite   ·   crm-platform serve --site mysite   ·   "
    "crm-platform apply --site mysite lead.json   ·   CRM_SITE names the site for all commands."
)

app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"crm-platform {__version__}")
        raise typer.Exit


@app.callback(epilog=EXAMPLES)
def crm_platform(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """A CRM that people shape without code and extend with packs."""


def main() -> None:
    """The console script."""
    app(prog_name="crm-platform")


__all__ = ["app", "main"]
