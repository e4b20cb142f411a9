"""Running the examples of a documentation page: its fenced blocks become one shell script.

| block | what it does |
|---|---|
| `sh` | runs in the page's shell, so variables stay for later blocks |
| `sh serve` | one command that serves a site; it goes on in the background, and the page waits until it answers |
| `python` | runs as a script of its own |
| `json file=NAME` (or another language) | is written into the file |
| `text output` | is what the block before said; `…` stands for anything |

Every page says in a comment what it starts with: `<!-- runs in an empty folder -->`, `<!-- runs on a site -->` or
`<!-- runs on a served site -->`. A site is `mysite`, named by CRM_SITE; a served one answers at localhost:8000 and
`AUTH` holds the header of an API key of Administrator. Port 8000 is replaced by a free one.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```([^\n`]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
START = re.compile(r"<!-- runs (in an empty folder|on a site|on a served site) -->")
MARK = "\x1e"
SAID = re.compile(f"{MARK}(\\d+)\n(.*?)(?={MARK}|\\Z)", re.DOTALL)
PRELUDE = """set -euo pipefail
trap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT
"""
WAIT = """until grep -q ' at http' {log}; do kill -0 $! 2>/dev/null || {{ cat {log}; exit 1; }}; sleep 0.05; done"""


@dataclass(frozen=True)
class Block:
    """A fenced block: its words after the fence, its text, and the line it begins in."""

    words: tuple[str, ...]
    text: str
    line: int

    @property
    def file(self) -> str:
        return next((word.partition("=")[2] for word in self.words if word.startswith("file=")), "")

    @property
    def is_output(self) -> bool:
        return self.words == ("text", "output")


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page in their order."""
    return [
        Block(tuple(found[1].split()), found[2], page.count("\n", 0, found.start()) + 1)
        for found in FENCE.finditer(page)
    ]


def start_of(page: str) -> str:
    """What the page says it starts with; empty when it has no such comment."""
    found = START.search(page)
    return found[1] if found else ""


def script(page: Sequence[Block]) -> str:
    """The page as one script that says the number of each block before its output."""
    parts = (f"printf '{MARK}{number}\\n'\n{_piece(block, number)}\n" for number, block in enumerate(page))
    return PRELUDE + "".join(parts)


def _piece(block: Block, number: int) -> str:
    if block.file:
        return _heredoc(block.text, block.file)
    if block.words == ("sh",):
        return block.text
    if block.words == ("sh", "serve"):
        log = f"serve-{number}.log"
        return f"{{ exec {block.text.strip()}; }} > {log} 2>&1 &\n{WAIT.format(log=log)}"
    if block.words == ("python",):
        return f"{_heredoc(block.text, f'block-{number}.py')}\npython block-{number}.py"
    return ":"


def _heredoc(text: str, file: str) -> str:
    name = shlex.quote(file)
    return f"mkdir -p \"$(dirname {name})\"\ncat > {name} <<'END OF BLOCK'\n{text}END OF BLOCK"


def make_commands(folder: Path, crm_platform: str) -> None:
    """The commands `python` and `crm-platform` of the environment under test, in a folder for PATH."""
    folder.mkdir()
    python = f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -P "$@"\n'
    for name, program in (("python", python), ("crm-platform", crm_platform)):
        command = folder / name
        command.write_text(program, encoding="utf-8")
        command.chmod(0o755)


def run_page(page: Sequence[Block], folder: Path, environment: dict[str, str]) -> dict[int, str]:
    """Run the blocks in `folder` and return what each of them said. A failing block is an AssertionError."""
    file = folder / "page.sh"
    file.write_text(script(page), encoding="utf-8")
    done = subprocess.run(
        ["bash", str(file)],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=280,
        check=False,
    )
    said = {int(found[1]): found[2] for found in SAID.finditer(done.stdout)}
    last = page[max(said, default=0)]
    assert done.returncode == 0, f"the block in line {last.line} failed:\n{last.text}\n{said[max(said)]}"
    return said


def unlike(page: Sequence[Block], said: dict[int, str]) -> Iterator[str]:
    """A sentence for every block whose shown output is not what was said."""
    for number, block in enumerate(page):
        if block.is_output and not matches(block.text, said[number - 1]):
            yield f"line {block.line} shows\n{block.text}\nbut this was said\n{said[number - 1]}"


def matches(shown: str, said: str) -> bool:
    """Whether an output is as shown, but for blanks at the ends of lines and at the end."""
    pattern = ".*".join(re.escape(part) for part in _trimmed(shown).split("…"))
    return re.fullmatch(pattern, _trimmed(said), re.DOTALL) is not None


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
