"""Everything that an administrator can do has its line on the page that says how it is undone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import import_module

from crm_platform.desk.engine_actions import ENGINE_ACTIONS
from crm_platform.doctypes.standard import MODULES
from support.checkout import ROOT

PAGE = (ROOT / "docs" / "explanation" / "undoing.md").read_text(encoding="utf-8")
FRONTEND = ROOT / "frontend" / "src"
PACKS = sorted((ROOT / "plugins").glob("*/pack.py"))
NAMED = {name for line in PAGE.splitlines() if line.startswith("|") for name in re.findall(r"`([^`]+)`", line)}
BEFORE = {name for line in PAGE.splitlines() if "| said before" in line for name in re.findall(r"`([^`]+)`", line)}
RECORDS = set(re.findall(r"^\| ([A-Z][A-Za-z ]+) \|", PAGE, re.MULTILINE))


def pages() -> set[str]:
    text = (FRONTEND / "router" / "studio.ts").read_text(encoding="utf-8")
    return set(re.findall(r"path: '([^']+)'", text))


def settings() -> tuple[set[str], set[str]]:
    """Records and other addresses that the page of settings leads to."""
    text = (FRONTEND / "views" / "studio" / "settings" / "entries.ts").read_text(encoding="utf-8")
    return set(re.findall(r"to: listPath\('([^']+)'", text)), set(re.findall(r"to: '([^']+)'", text))


def writing() -> Iterator[str]:
    """Methods that no GET reaches, and those that the interface or a button of the product calls."""
    reference = (ROOT / "docs" / "reference" / "rest.md").read_text(encoding="utf-8")
    yield from re.findall(r"^\| `([a-z_.]+)` \| (?!GET)[A-Z, ]+ \|", reference, re.MULTILINE)
    for path in (FRONTEND / "api").glob("*.ts"):
        yield from re.findall(r"\bcall(?:<[^(]*>)?\('([a-z_.]+)'", path.read_text(encoding="utf-8"))


def buttons() -> Iterator[Mapping[str, str]]:
    """Those that the engine, the modules and the packs of the product put on forms."""
    packs = [import_module(f"crm_platform.plugins.{path.parent.name}.pack").pack for path in PACKS]
    made = [one.form_actions() for one in packs if hasattr(one, "form_actions")]
    for table in (ENGINE_ACTIONS, *(module.form_actions for module in MODULES), *made):
        for rows in table.values():
            yield from rows


def test_every_page_of_the_studio_says_how_its_work_is_undone() -> None:
    assert len(pages()) > 20
    assert pages() <= {name.replace("\\|", "|") for name in NAMED}


def test_every_record_of_the_settings_says_how_it_is_undone() -> None:
    records, addresses = settings()
    assert len(records) > 10
    assert records <= RECORDS
    assert addresses <= {name.partition("/:")[0] for name in NAMED}


def test_every_method_that_changes_something_says_how_it_is_undone() -> None:
    found = set(writing())
    assert len(found) > 50
    assert found <= NAMED


def test_every_button_says_how_it_is_undone() -> None:
    found = {one["method"] for one in buttons()}
    assert {"crm.users.invite", "crm.campaign.send", "automotive.deliver"} <= found
    assert found <= NAMED


def test_a_button_asks_before_what_cannot_be_undone_and_nothing_else() -> None:
    for one in buttons():
        assert bool(one.get("confirm")) == (one["method"] in BEFORE), one["method"]
