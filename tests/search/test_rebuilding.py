"""Making the index again: complete, to be stopped at any time, in the order of the changes."""

from __future__ import annotations

import pytest

from crm_platform.app import create_worker
from crm_platform.documents.context import Context
from crm_platform.search import walking
from crm_platform.search.index import index_of
from crm_platform.search.query import search
from crm_platform.search.rebuilding import catch_up, compare, rebuild
from crm_platform.sites.health import site_findings
from crm_platform.testing import TestSite
from support.definitions import row
from support.sabotage import defended_by, nothing


@pytest.fixture
def notes(site: TestSite) -> TestSite:
    for kind in ("Note", "Memo"):
        site.doctype(kind, row("title"), row("closed", permlevel=1), autoname="field:title", title_field="title")
    for number in range(6):
        site.insert("Memo" if number % 2 else "Note", title=f"计划 {number}", closed="geheim")
    return site


def found(site: TestSite, text: str) -> list[str]:
    return [hit.name for hit in site.read(lambda ctx: search(ctx, text)).hits]


def untold(done: int, total: int) -> None:
    """Nobody listens to the progress."""


def test_a_rebuilt_index_answers_as_before(notes: TestSite) -> None:
    before = found(notes, "计划"), found(notes, "geheim")
    told: list[tuple[int, int]] = []
    count = rebuild(notes.site.runtime, lambda done, total: told.append((done, total)), from_scratch=True)
    assert (found(notes, "计划"), found(notes, "geheim")) == before
    assert told[-1] == (count, count)
    assert notes.system(compare).right >= 12


def test_a_rebuilding_that_was_stopped_goes_on_where_it_was(notes: TestSite, monkeypatch: pytest.MonkeyPatch) -> None:
    notes.system(walking.start_again)
    walked = notes.system(lambda ctx: walking.step(ctx, batch=4))
    assert walked == 4
    assert notes.system(compare).missing > 0
    notes.update("Note", "计划 0", title="计划 0")
    monkeypatch.setattr(walking, "BATCH", 5)
    assert rebuild(notes.site.runtime, untold, from_scratch=False) >= 6
    one = notes.system(compare)
    assert (one.missing, one.outdated, one.surplus, one.walks) == (0, 0, 0, 0)


def test_documents_are_walked_in_the_order_of_their_changes(notes: TestSite) -> None:
    rebuild(notes.site.runtime, untold, from_scratch=True)

    def numbers(ctx: Context) -> list[tuple[int, str]]:
        index = index_of(ctx.connection)
        return sorted((number, name) for kind in ("Note", "Memo") for number, name, *_ in index.of_doctype(kind))

    assert list(dict.fromkeys(name for _, name in notes.system(numbers))) == [f"计划 {n}" for n in range(6)]


@defended_by("crm_platform.search.rebuilding:rebuild", replace_with=nothing)
def test_X32_the_walk_mends_what_is_missing_outdated_or_surplus(notes: TestSite) -> None:
    catch_up(notes.site.runtime)

    def damage(ctx: Context) -> None:
        index = index_of(ctx.connection)
        numbers = {name: number for number, name, *_ in index.of_doctype("Note")}
        index.remove([numbers["计划 0"]])
        ctx.connection.update_row(ctx.definitions["Note"], "计划 2", {"title": "written past the door"})
        ctx.connection.delete_rows(ctx.definitions["Note"], {"name": "计划 4"})

    notes.system(damage)
    one = notes.system(compare)
    assert (one.missing, one.outdated, one.surplus) == (1, 2, 2)
    finding = next(f for f in site_findings(notes.site) if f.subject == "search")
    assert (finding.level, "search rebuild" in finding.remedy) == ("fail", True)
    notes.system(lambda ctx: walking.mark(ctx, ctx.definitions["Note"]))
    catch_up(notes.site.runtime)
    one = notes.system(compare)
    assert (one.missing, one.outdated, one.surplus) == (0, 0, 0)
    assert next(f for f in site_findings(notes.site) if f.subject == "search").level == "ok"


def test_the_worker_indexes_what_a_definition_made_searchable(notes: TestSite) -> None:
    notes.insert("Custom Field", dt="Note", fieldname="serial", label="Serial", fieldtype="Data")
    notes.system(lambda ctx: ctx.connection.update_row(ctx.definitions["Note"], "计划 0", {"serial": "SN-77"}))
    assert found(notes, "sn-77") == []
    worker = create_worker(notes.site)
    while worker.run_once():
        pass
    assert found(notes, "sn-77") == ["计划 0"]


def test_a_definition_that_came_and_went_before_the_walk_leaves_nothing(notes: TestSite) -> None:
    for _ in range(2):
        catch_up(notes.site.runtime)
        field = notes.insert("Custom Field", dt="Note", fieldname="old", label="旧", fieldtype="Data", permlevel=2)
        notes.update("Note", "计划 0", old="verschwunden")
        notes.write(lambda ctx, name=str(field["name"]): ctx.store.delete("Custom Field", name))  # type: ignore[misc]
    catch_up(notes.site.runtime)
    assert notes.system(compare).surplus == 0


def test_a_new_site_is_indexed(site: TestSite) -> None:
    one = site.system(compare)
    assert (one.missing, one.outdated, one.surplus, one.walks) == (0, 0, 0, 0)
    assert found(site, "china")[0] == "China"


def test_records_that_a_pack_delivers_are_found_after_the_walk(site: TestSite) -> None:
    site.enable_pack("warranty")
    catch_up(site.site.runtime)
    one = site.system(compare)
    assert (one.missing, one.outdated, one.surplus, one.walks) == (0, 0, 0, 0)


def test_a_lost_part_of_the_list_of_parts_closes_no_door_for_ever(notes: TestSite) -> None:
    notes.system(lambda ctx: ctx.connection.run("DELETE FROM search_part"))
    assert found(notes, "计划") == []
    rebuild(notes.site.runtime, untold, from_scratch=True)
    assert len(found(notes, "计划")) == 6
