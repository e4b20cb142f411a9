"""The command line, from its Typer commands: every command with arguments, options and examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from crm_platform.cli.main import app
from reference_pages.markdown import code, opening, table

PAGE = "cli.md"
PROSE = """Each command ends with 0 when it did what was asked, with 1 and one sentence on standard error when it
could not, and with 2 when the command line itself is wrong. `CRM_SITE` names the site for commands that take
`--site`."""
SEPARATOR = "   ·   "


def page() -> str:
    """The whole page."""
    sections = [section for name, command in commands() for section in _section(name, command)]
    return "\n".join([opening("crm-platform", PROSE, "`crm_platform/cli`"), *sections])


def commands() -> Iterator[tuple[str, Any]]:
    """Every command by its full name, groups opened up."""
    group: Any = typer.main.get_command(app)
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        inner = getattr(command, "commands", None)
        if inner:
            yield from ((f"{name} {sub}", found) for sub, found in inner.items())
        else:
            yield name, command


def _section(name: str, command: Any) -> Iterator[str]:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option"]
    usage = " ".join(["crm-platform", name, *(_placeholder(p) for p in arguments), *(["[OPTIONS]"] if options else [])])
    yield f"## {name}\n\n{_prose(command.help)}\n\n```text\n{usage}\n```\n"
    if arguments or options:
        yield table(("", "meaning"), [_described(p) for p in (*arguments, *options)]) + "\n"
    if command.epilog:
        examples = command.epilog.partition(":")[2].strip().split(SEPARATOR)
        yield "```text\n" + "\n".join(examples) + "\n```\n"


def _prose(text: str) -> str:
    return " ".join(text.split())


def _placeholder(parameter: Any) -> str:
    shown = parameter.metavar or parameter.name.upper()
    return shown if parameter.required else f"[{shown}]"


def _described(parameter: Any) -> tuple[str, str]:
    if parameter.param_type_name == "argument":
        return code(parameter.metavar or parameter.name.upper()), parameter.help or ""
    names = ", ".join(code(name) for name in parameter.opts)
    notes = [parameter.help or ""]
    if parameter.required:
        notes.append("Needed.")
    elif parameter.default not in (None, "", False):
        notes.append(f"Default: {code(str(parameter.default))}.")
    if parameter.envvar:
        notes.append(f"Environment: {code(parameter.envvar)}.")
    return names, " ".join(notes)
