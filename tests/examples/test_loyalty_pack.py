"""A stranger's pack: built as its own distribution, installed beside ours in a fresh environment, and used there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from support.checkout import ROOT
from support.fresh_environment import FreshEnvironment, make_environment
from support.packaging import BuiltWheel, build_wheel

EXAMPLE = ROOT / "examples" / "loyalty_pack"
USE = """
import sys
from pathlib import Path
import loyalty_pack.points
from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite

site = TestSite(open_site(Path(sys.argv[1])))
customer = site.insert("Customer", customer_name="北京科技", customer_type="Company").name
site.insert("Loyalty Entry", customer=customer, points=100)
print("left", site.write(lambda ctx: loyalty_pack.points.redeem(ctx, customer, 40)))
site.site.close()
"""


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, copied out of the checkout."""
    folder = tmp_path_factory.mktemp("stranger") / "loyalty_pack"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
    return folder


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, built_wheel: BuiltWheel, example: Path) -> FreshEnvironment:
    stranger = build_wheel(example, tmp_path_factory.mktemp("unpacked"))
    return make_environment(tmp_path_factory.mktemp("environment"), [built_wheel.archive, stranger.archive])


def row_of(output: str, pack: str) -> list[str]:
    """The cells of a pack in the table that `pack list` prints."""
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in output.splitlines()]
    return next(row for row in rows if row[:1] == [pack])


def test_it_is_found_enabled_used_and_disabled(environment: FreshEnvironment, tmp_path: Path) -> None:
    site = str(tmp_path / "site")
    assert row_of(environment.must("crm-platform", "pack", "list"), "loyalty")[:3] == ["loyalty", "Loyalty", "0.1.0"]
    environment.must("crm-platform", "new-site", site, "--admin-password", "secret-enough")
    environment.must("crm-platform", "pack", "enable", "loyalty", "--site", site)
    assert row_of(environment.must("crm-platform", "pack", "list", "--site", site), "loyalty")[3] == "yes"
    assert environment.must("python", "-P", "-c", USE, site).strip() == "left 60"
    environment.must("crm-platform", "pack", "disable", "loyalty", "--site", site)
    assert row_of(environment.must("crm-platform", "pack", "list", "--site", site), "loyalty")[3] == ""


def test_what_is_wrong_with_another_pack_stops_nothing(environment: FreshEnvironment) -> None:
    """The wheel of the checkout has a planted pack without a pack object."""
    listed = environment.must("crm-platform", "pack", "list")
    assert "does not import" in " ".join(row_of(listed, "planted_pack"))


def test_its_own_tests_pass(environment: FreshEnvironment, example: Path) -> None:
    output = environment.must("python", "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=example)
    assert " passed" in output
    assert "skipped" not in output
