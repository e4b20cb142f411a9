"""The child's side of sabotage: takes the defence of each marked test away and writes down how the test ended."""

from __future__ import annotations

import json
from importlib import import_module
from operator import attrgetter
from pathlib import Path

import pytest

from support.sabotage import MARK

RED = pytest.StashKey[dict[str, str]]()
OPTION = "--sabotage-report"
MISFITS = ("TypeError", "AttributeError", "NameError", "ImportError", "UnboundLocalError")
"""Errors of a replacement that does not fit, rather than of an attack that got through."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(OPTION, type=Path, help="Run tests without their defences and write what became of each.")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{MARK}(target, replacement): the defence that the test is about")
    config.stash[RED] = {}


@pytest.fixture(autouse=True)
def _without_defence(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the defences of the test; skip its further parameters once one of them turned red."""
    if request.config.getoption(OPTION) is None:
        return
    if request.config.stash[RED].get(_function(request.node.nodeid), "").startswith("red"):
        pytest.skip("red already")
    for mark in request.node.iter_markers(MARK):
        target, replacement = mark.args
        module, _, path = target.partition(":")
        owner_path, _, name = path.rpartition(".")
        owner = import_module(module)
        monkeypatch.setattr(attrgetter(owner_path)(owner) if owner_path else owner, name, replacement)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> object:
    """Red is a test that fails in its own body, but not by a replacement that does not fit its place."""
    report: pytest.TestReport = yield
    ended = item.config.stash[RED]
    name = _function(item.nodeid)
    if report.when == "call" and not ended.get(name, "").startswith("red"):
        ended[name] = "green" if report.passed else _colour(report)
    elif report.failed and report.when == "setup":
        ended.setdefault(name, f"error: {str(report.longrepr)[-300:]}")
    return report


def _colour(report: pytest.TestReport) -> str:
    if report.skipped:
        return "skipped"
    crash = getattr(report.longrepr, "reprcrash", None)
    message = str(crash.message if crash else report.longrepr)
    return f"error: {message[:300]}" if message.startswith(MISFITS) else "red"


def _function(nodeid: str) -> str:
    return nodeid.partition("[")[0]


def pytest_sessionfinish(session: pytest.Session) -> None:
    path = session.config.getoption(OPTION)
    if path is not None:
        path.write_text(json.dumps(session.config.stash[RED], ensure_ascii=False), encoding="utf-8")
