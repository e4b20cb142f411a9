"""Finding packs: what does not import, is malformed or clashes is named with its reason; the others are found."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.pack import Manifest, Pack
from crm_platform.packs.discovery import Found, discover, in_dependency_order
from support.packs import make_pack
from support.sabotage import defended_by, nothing

MODULE = """
from crm_platform.pack import Manifest, Pack

class Made(Pack):
    manifest = {manifest}

pack = Made()
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> tuple[str, Path]:
    """Name and file of a module that can be imported while the test runs."""
    name = f"hostile_{abs(hash(request.node.nodeid))}"
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, name, raising=False)
    return name, tmp_path / f"{name}.py"


def point(module: str, name: str = "hostile") -> EntryPoint:
    return EntryPoint(name, f"{module}:pack", "crm_platform")


WARRANTY = EntryPoint("warranty", "crm_platform.plugins.warranty.pack:pack", "crm_platform")


@defended_by("crm_platform.packs.discovery:check_manifest", replace_with=nothing)
@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import no_such_library", "does not import: ModuleNotFoundError"),
        ("raise RuntimeError('坏了')", "does not import: RuntimeError: 坏了"),
        ("def broken(:", "does not import: SyntaxError"),
        ("other = 1", "does not import: AttributeError"),
        ("pack = object()", "is no crm_platform.pack.Pack"),
        ("from crm_platform.pack import Pack\npack = Pack()", "is no crm_platform.pack.Pack"),
        (MODULE.format(manifest="Manifest('Bad Id', 'T', '1', 'json')"), "cannot be the id of a pack"),
        (MODULE.format(manifest="Manifest('frappe', 'T', '1', 'json')"), "cannot be the id of a pack"),
        (MODULE.format(manifest="Manifest('made', 'T', 'one', 'json')"), "The manifest of pack made is wrong"),
        (MODULE.format(manifest="Manifest('made', 'T', 1.0, 'json')"), "version must be text"),
        (MODULE.format(manifest="Manifest('made', 'T', '1', 'json', depends='warranty')"), "depends must be text"),
        (MODULE.format(manifest="Manifest('made', 'T', '1', 'json', platform='>=99')"), "needs crm_platform >=99"),
        (MODULE.format(manifest="Manifest('made', 'T', '1', 'no.such.package')"), "there is no such package"),
    ],
)
def test_X19_what_is_no_pack_is_named_and_the_others_are_found(
    module: tuple[str, Path], source: str, reason: str
) -> None:
    name, file = module
    file.write_text(source, encoding="utf-8")
    bad, good = sorted(discover([WARRANTY, point(name)]), key=lambda found: found.pack is not None)
    assert bad.pack is None
    assert reason in bad.problem
    assert (good.id, good.problem) == ("warranty", "")


@defended_by("crm_platform.packs.discovery:Found.id", replace_with=property(lambda found: found.entry_point))
def test_X19_the_second_of_two_packs_with_one_id_is_named() -> None:
    other = EntryPoint("warranty_too", WARRANTY.value, WARRANTY.group)
    first, second = discover([WARRANTY, other])
    assert first.pack is not None
    assert (second.pack, second.problem.split(".")[0]) == (None, "The id warranty is taken by crm_platform")


def packs_of(needs: dict[str, tuple[str, ...]]) -> list[Pack]:
    return [make_pack(Path(), pack_id, depends=depends) for pack_id, depends in needs.items()]


def test_packs_stand_after_what_they_need_otherwise_by_id() -> None:
    placed, problems = in_dependency_order(packs_of({"c": (), "a": ("c",), "b": ()}))
    assert [pack.manifest.id for pack in placed] == ["b", "c", "a"]
    assert problems == []


@pytest.mark.parametrize(
    ("needs", "placed", "named"),
    [
        ({"a": ("b",), "b": ("a",), "c": ()}, ["c"], ["a", "b"]),
        ({"a": ("a",), "c": ()}, ["c"], ["a"]),
        ({"a": ("gone",), "b": ("a",), "c": ()}, ["c"], ["a", "b"]),
    ],
    ids=["circle", "itself", "missing"],
)
def test_X19_a_circle_or_a_missing_need_leaves_out_only_who_has_it(
    needs: dict[str, tuple[str, ...]], placed: list[str], named: list[str]
) -> None:
    found, problems = in_dependency_order(packs_of(needs))
    assert [pack.manifest.id for pack in found] == placed
    assert [sentence.split()[1] for sentence in problems] == named


GRAPHS = st.dictionaries(st.sampled_from("abcdef"), st.sets(st.sampled_from("abcdef"), max_size=3), max_size=6)


@given(GRAPHS, st.randoms())
def test_the_order_does_not_depend_on_the_order_of_finding(graph: dict[str, set[str]], random: object) -> None:
    packs = packs_of({pack_id: tuple(sorted(needs)) for pack_id, needs in graph.items()})
    expected = in_dependency_order(packs)
    random.shuffle(packs)  # type: ignore[attr-defined]
    assert in_dependency_order(packs) == expected
    done: set[str] = set()
    for pack in expected[0]:
        assert done.issuperset(pack.manifest.depends)
        done.add(pack.manifest.id)


def test_a_found_pack_has_its_own_id_and_a_failed_one_that_of_its_entry_point() -> None:
    manifest = Manifest("made", "Made", "1", "json")
    assert Found("entry", type("Made", (Pack,), {"manifest": manifest})()).id == "made"
    assert Found("entry", problem="does not import").id == "entry"
