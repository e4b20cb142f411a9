"""Taking an import back: everything as before, except what was edited since or is linked now, which is listed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_platform.documents.context import ADMINISTRATOR
from crm_platform.documents.store import Store
from crm_platform.errors import DoesNotExistError, PermissionError, TimeoutError, ValidationError
from crm_platform.metadata.masking import HIDDEN
from crm_platform.testing import TestSite
from crm_platform.transfer.importing import with_key, without_mapping
from crm_platform.transfer.journal import IMPORT_PART
from crm_platform.transfer.merging.merging import merge
from crm_platform.transfer.merging.undoing import undo as take_back
from crm_platform.transfer.undoing import Undoing, Undone
from support.transfer import RIGHTS, contents, define_orders, run_import, write_csv

HEAD = ["code", "title", "amount", "items.product", "items.qty"]
KEY = with_key(without_mapping("T Order"), ["code"])


def undo(site: TestSite, name: str, *, user: str = ADMINISTRATOR, dry_run: bool = False) -> Undone:
    undoing = Undoing(site.site.runtime, lambda ctx: site.site.access.as_user(ctx, user))
    return undoing.run(name, dry_run=dry_run)


def counts(undone: Undone) -> tuple[int, int, int]:
    """Removed, restored, kept."""
    return undone.removed, undone.restored, len(undone.kept)


def shown(site: TestSite) -> dict[str, Any]:
    """Orders by code with title, amount and items."""
    return {
        doc["code"]: (doc["title"], doc["amount"], [(row["product"], row["qty"]) for row in doc["items"]])
        for doc in contents(site, "T Order").values()
    }


@pytest.fixture
def orders(site: TestSite, tmp_path: Path) -> TestSite:
    define_orders(site)
    before = write_csv(tmp_path / "first.csv", HEAD, ["A", "原来", "10", "GTX", "1"], ["", "", "", "MG", "2"])
    run_import(site, "T Order", before, KEY)
    return site


@pytest.fixture
def second(orders: TestSite, tmp_path: Path) -> str:
    """An import that changes A and adds B and C; the name of its Data Import."""
    rows = (["A", "新的", "99", "GTX", "7"], ["B", "订单", "5", "X", "1"], ["C", "order", "6", "Y", "2"])
    file = write_csv(tmp_path / "second.csv", HEAD, *rows)
    report = run_import(orders, "T Order", file, KEY)
    assert (report.inserted, report.updated) == (2, 1)
    return report.data_import


def test_an_import_is_taken_back_as_a_whole(orders: TestSite, second: str) -> None:
    assert counts(undo(orders, second, dry_run=True)) == (2, 1, 0)
    assert set(shown(orders)) == {"A", "B", "C"}
    assert counts(undo(orders, second)) == (2, 1, 0)
    assert shown(orders) == {"A": ("原来", 10, [("GTX", 1), ("MG", 2)])}
    assert orders.get("Data Import", second).status == "Undone"
    with pytest.raises(ValidationError, match="Nothing of the import"):
        undo(orders, second)


def test_what_was_edited_since_is_kept_and_listed(orders: TestSite, second: str) -> None:
    names = {doc["code"]: name for name, doc in contents(orders, "T Order").items()}
    for code in ("A", "B"):
        orders.update("T Order", names[code], title="edited by hand")
    undone = undo(orders, second, dry_run=True)
    assert (counts(undone), {kept.name for kept in undone.kept}) == ((1, 0, 2), {names["A"], names["B"]})
    undo(orders, second)
    assert set(shown(orders)) == {"A", "B"}
    entry = orders.get("Data Import", second)
    assert entry.status == "Partly Undone"
    assert names["B"] in entry.undo_log
    assert "Administrator" in entry.undo_log


def test_what_is_linked_now_is_kept_until_the_link_is_gone(orders: TestSite, second: str) -> None:
    names = {doc["code"]: name for name, doc in contents(orders, "T Order").items()}
    link = orders.insert("T Order", title="links", parent_order=names["B"])
    undone = undo(orders, second)
    assert ([kept.name for kept in undone.kept], undone.removed) == ([names["B"]], 1)
    orders.write(lambda ctx: ctx.store.delete("T Order", link.name))
    assert counts(undo(orders, second)) == (1, 0, 0)
    assert set(shown(orders)) == {"A"}


def test_documents_that_are_gone_already_do_not_matter(orders: TestSite, second: str) -> None:
    names = {doc["code"]: name for name, doc in contents(orders, "T Order").items()}
    orders.write(lambda ctx: ctx.store.delete("T Order", names["B"]))
    assert undo(orders, second).kept == []


def test_what_was_renamed_since_is_listed_and_goes_under_its_old_name(site: TestSite, tmp_path: Path) -> None:
    define_orders(site, allow_rename=1)
    file = write_csv(tmp_path / "renamed.csv", HEAD, ["A", "一", "1", "X", "1"], ["B", "二", "2", "Y", "2"])
    made = run_import(site, "T Order", file, KEY).data_import
    first, second = sorted(contents(site, "T Order"))
    site.write(lambda ctx: ctx.store.rename("T Order", first, "订单甲"))
    site.write(lambda ctx: ctx.store.delete("T Order", second))
    undone = undo(site, made)
    assert [(kept.name, kept.template[:30]) for kept in undone.kept] == [(first, "It is not there under this nam")]
    assert set(contents(site, "T Order")) == {"订单甲"}
    site.write(lambda ctx: ctx.store.rename("T Order", "订单甲", first))
    assert [kept.template for kept in undo(site, made).kept] == ["It was changed after the import, by {user}."]


def test_what_was_merged_since_is_listed_and_goes_after_the_merge_was_taken_back(orders: TestSite, second: str) -> None:
    names = {doc["code"]: name for name, doc in contents(orders, "T Order").items()}
    log = orders.write(lambda ctx: merge(ctx, "T Order", names["A"], [names["B"]], {}))
    undone = undo(orders, second)
    assert {kept.name for kept in undone.kept} == {names["A"], names["B"]}
    assert (undone.removed, set(shown(orders))) == (1, {"A"})
    assert f"merged into {names['A']}" in orders.get("Data Import", second).undo_log
    orders.write(lambda ctx: take_back(ctx, log))
    assert undo(orders, second).removed == 1
    assert set(shown(orders)) == {"A"}


def test_a_document_that_the_caller_may_not_read_is_not_named_as_what_was_merged_into(
    site: TestSite, tmp_path: Path
) -> None:
    site.insert("Role", role_name="T Importer")
    own = {"role": "T Importer", **RIGHTS, "if_owner": 1}
    define_orders(site, permissions=[{"role": "System Manager", **RIGHTS}, own])
    importer = site.user("li@example.com", "T Importer")
    file = write_csv(tmp_path / "own.csv", HEAD, ["B", "二", "2", "Y", "2"], ["C", "三", "3", "Z", "3"])
    made = run_import(site, "T Order", file, KEY, user=importer).data_import
    first, second = sorted(contents(site, "T Order"))
    secret = site.insert("T Order", code="A", title="别人的")["name"]
    site.write(lambda ctx: merge(ctx, "T Order", secret, [first], {}))
    kept = undo(site, made, user=importer, dry_run=True).kept
    assert [(one.name, one.params) for one in kept] == [(first, {"kept": HIDDEN})]
    assert undo(site, made, dry_run=True).kept[0].params == {"kept": secret}
    assert second in contents(site, "T Order")


def test_an_import_that_is_run_again_after_it_was_taken_back(orders: TestSite, second: str, tmp_path: Path) -> None:
    undo(orders, second)
    again = run_import(orders, "T Order", tmp_path / "second.csv", KEY)
    assert (again.data_import, again.inserted, again.updated) == (second, 2, 1)
    assert counts(undo(orders, second)) == (2, 1, 0)


def test_undoing_has_the_rights_of_who_asks(orders: TestSite, second: str) -> None:
    stranger = orders.user("li@example.com")
    with pytest.raises(PermissionError):
        undo(orders, second, user=stranger)
    with pytest.raises(DoesNotExistError):
        undo(orders, "no such import")
    assert set(shown(orders)) == {"A", "B", "C"}


def test_what_may_not_be_read_stays_for_somebody_who_may(orders: TestSite, second: str) -> None:
    names = {doc["code"]: name for name, doc in contents(orders, "T Order").items()}
    li = orders.user("li@example.com", "System Manager")
    orders.insert("User Permission", user=li, allow="T Order", for_value=names["C"])
    undone = undo(orders, second, user=li)
    assert (counts(undone), {kept.name for kept in undone.kept}) == ((1, 0, 2), {"•••"})
    assert set(shown(orders)) == {"A", "B"}
    assert counts(undo(orders, second)) == (1, 1, 0)
    assert shown(orders) == {"A": ("原来", 10, [("GTX", 1), ("MG", 2)])}


def test_the_journal_holds_no_value_in_the_open(orders: TestSite, second: str) -> None:
    rows = orders.read(lambda ctx: ctx.connection.fetch(IMPORT_PART, {"data_import": second}))
    assert rows
    assert not any("原来" in row["content"] or "GTX" in row["content"] for row in rows)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rows=st.dictionaries(st.sampled_from("ABCDE"), st.integers(0, 3), min_size=1))
def test_any_import_that_nobody_touched_leaves_no_trace(
    orders: TestSite, tmp_path_factory: pytest.TempPathFactory, rows: dict[str, int]
) -> None:
    before = shown(orders)
    lines = [[code, f"标题 {number}", str(number), "P", str(number)] for code, number in rows.items()]
    file = write_csv(tmp_path_factory.mktemp("import") / "x.csv", HEAD, *lines)
    report = run_import(orders, "T Order", file, KEY)
    if report.inserted + report.updated:
        assert undo(orders, report.data_import).kept == []
    assert shown(orders) == before


def test_a_server_that_takes_too_long_is_no_reason_to_keep_a_document(
    orders: TestSite, second: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No report that looks like the end: the part is rolled back, and the whole can be tried again."""
    before = shown(orders)
    with monkeypatch.context() as slow:
        slow.setattr(Store, "delete", take_too_long)
        with pytest.raises(TimeoutError):
            undo(orders, second)
    assert shown(orders) == before
    assert counts(undo(orders, second)) == (2, 1, 0)


def take_too_long(*_: Any) -> None:
    raise TimeoutError("The database took too long.")
