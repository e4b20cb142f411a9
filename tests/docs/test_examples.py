"""Every command of the tutorial and the how-to pages runs, and says what the page shows."""

from __future__ import annotations

import os
import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from crm_platform.sites.health import site_findings
from crm_platform.sites.opening import open_site
from crm_platform.testing import make_site
from support.checkout import ROOT
from support.command_server import command_server
from support.documentation import Block, blocks, make_commands, matches, run_page, start_of, unlike
from support.printing import require_pango
from support.requirements import require_binary
from support.served import ServedSite, serving

DOCS = ROOT / "docs"
ELSEWHERE = frozenset({"equipment-rental.md", "forms.md", "studio.md", "write-a-pack.md"})
"""Pages without an example to run: three about the interface, of which tests/e2e/test_rental_story.py goes through the
first; the files of the last are used by a test of its own."""
PAGES = sorted(
    path.relative_to(DOCS).as_posix()
    for folder in ("tutorial", "how-to")
    for path in (DOCS / folder).glob("*.md")
    if path.name not in ELSEWHERE
)


ABILITIES = tuple(
    f"how-to/{name}.md"
    for name in (
        "permissions",
        "settings",
        "live-events",
        "search",
        "compute-values",
        "workflows",
        "automate",
        "service-levels",
        "background-work",
        "duplicates",
        "import",
        "dashboards",
        "personal-data",
        "change-definitions",
        "audit-log",
        "targets-and-commission",
        "campaigns",
    )
)
"""Pages that one site sees one after the other; each of the rest wants a site of its own."""


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the commands that pages call."""
    require_binary("curl", package="curl")
    folder = tmp_path_factory.mktemp("commands")
    with command_server(folder) as client:
        make_commands(folder / "bin", client)
        yield folder / "bin"


@pytest.fixture
def environment(commands: Path) -> dict[str, str]:
    """What a person's shell has."""
    return {**os.environ, "PATH": f"{commands}:{os.environ['PATH']}", "COLUMNS": "100", "LANG": "C.UTF-8"}


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def content(name: str, request: pytest.FixtureRequest, environment: dict[str, str]) -> str:
    """A page with what this machine has in the place of what it names; `environment` gets what its programs need."""
    page = (DOCS / name).read_text(encoding="utf-8")
    if "download_pdf" in page:
        require_pango()
    if "postgresql://crm:secret@localhost/crm" in page:
        page = page.replace("postgresql://crm:secret@localhost/crm", request.getfixturevalue("postgres_url"))
    if "from frappeclient" in page:
        module = request.getfixturevalue("frappeclient")
        environment |= {"PYTHONPATH": str(Path(module.__file__).parents[1])}
    return page


def program_in(commands: Path) -> list[str]:
    """The command that pages call."""
    return [str(commands / "crm-platform")]


def signed_in(served: ServedSite) -> dict[str, str]:
    """What a shell of an operator has."""
    keys = served.run("user", "keys", "Administrator")
    return {"CRM_SITE": str(served.folder), "AUTH": keys.strip()}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", [name for name in PAGES if name not in ABILITIES])
def test_a_page_does_what_it_says(
    name: str,
    tmp_path: Path,
    site_template: Path,
    commands: Path,
    environment: dict[str, str],
    request: pytest.FixtureRequest,
) -> None:
    page = content(name, request, environment)
    folder = tmp_path / "work"
    folder.mkdir()
    start, port = start_of(page), free_port()
    if start != "in an empty folder":
        shutil.copytree(site_template, folder / "mysite")
        environment |= {"CRM_SITE": "mysite"}
    served_here = start == "on a served site"
    with serving(folder / "mysite", program_in(commands)) if served_here else nullcontext() as served:
        if served is not None:
            port = served.url.rpartition(":")[2]
            environment |= signed_in(served)
        found = blocks(page.replace("8000", port))
        assert not [*unlike(found, run_page(found, folder, environment))]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)])
def test_all_abilities_work_on_one_site_and_leave_it_sound(
    database: str,
    tmp_path: Path,
    site_template: Path,
    commands: Path,
    environment: dict[str, str],
    request: pytest.FixtureRequest,
) -> None:
    """One page after the other, as a customer would meet them; then everything that is stored is looked at."""
    site = tmp_path / "mysite"
    if database == "sqlite":
        shutil.copytree(site_template, site)
    else:
        make_site(site, request.getfixturevalue("postgres_url")).site.close()
    faults = []
    with serving(site, program_in(commands)) as served:
        environment |= signed_in(served)
        for name in ABILITIES:
            folder = tmp_path / Path(name).stem
            folder.mkdir()
            found = blocks(content(name, request, environment).replace("8000", served.url.rpartition(":")[2]))
            faults += [f"{name}: {fault}" for fault in unlike(found, run_page(found, folder, environment))]
        assert faults == []
        assert "are sound" in served.run("audit", "verify")
        assert "The database is sound." in served.run("doctor")
    opened = open_site(site)
    try:
        assert [finding for finding in site_findings(opened) if finding.level != "ok"] == []
    finally:
        opened.close()


def marked() -> Iterator[tuple[str, Block]]:
    for name in PAGES:
        for block in blocks((DOCS / name).read_text(encoding="utf-8")):
            yield name, block


def test_every_page_says_what_it_starts_with() -> None:
    assert [name for name in PAGES if not start_of((DOCS / name).read_text(encoding="utf-8"))] == []


def test_no_command_block_stays_out() -> None:
    """A shell or Python block that the runner would pass over must say so by being text."""
    known = {("sh",), ("sh", "serve"), ("python",)}
    languages = {"sh", "bash", "shell", "console", "python"}
    passed_over = [
        f"{name}:{block.line}"
        for name, block in marked()
        if block.words and block.words[0] in languages and block.words not in known and not block.file
    ]
    assert passed_over == []


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for path in [*DOCS.rglob("*.md"), ROOT / "README.md"]:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            if "://" not in target and not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)}: {target}")
    assert broken == []


def test_every_page_is_reached_from_the_index() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    pages = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")} - {"index.md"}
    assert {page for page in pages if f"({page})" not in index} == set()


def test_shown_outputs_are_compared() -> None:
    assert matches("one …\nthree\n", "one 1 of 2 \nthree")
    assert not matches("one …\nthree\n", "one\nfour")
