"""The keys of secret fields: sealed values open where they belong only, keys change, a lost key loses nothing else."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.database.seals import BrokenSealError
from crm_platform.documents.context import Context
from crm_platform.errors import ValidationError
from crm_platform.metadata.masking import plain_of
from crm_platform.privacy.keys import PREFIX, KeyRing
from crm_platform.privacy.unmasking import unmask
from crm_platform.sites.opening import open_site
from crm_platform.sites.sealing import change_key, reseal
from crm_platform.testing import TestSite
from support.definitions import row
from support.sabotage import defended_by, nothing

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))
PLACE = "Client\nid_number"
SECRET: dict[str, Any] = {"sensitivity": "Secret", "mask_format": "ID Number", "exact_search": 1}


@given(st.text())
def test_what_is_sealed_is_opened_again(text: str) -> None:
    ring = KeyRing.of([OLD])
    sealed = ring.seal(PLACE, text)
    assert sealed.startswith(PREFIX)
    assert text not in sealed or len(text) < 8
    assert ring.open(PLACE, sealed) == text
    assert ring.seal(PLACE, text) != sealed


@pytest.mark.parametrize(
    ("ring", "place"), [(KeyRing.of([NEW]), PLACE), (KeyRing.of([OLD]), "Client\ncard")], ids=["other key", "elsewhere"]
)
def test_a_sealed_value_opens_in_its_own_place_only(ring: KeyRing, place: str) -> None:
    with pytest.raises(BrokenSealError):
        ring.open(place, KeyRing.of([OLD]).seal(PLACE, "secret"))


@given(st.integers(0, 60), st.integers(1, 255))
def test_a_sealed_value_that_was_changed_does_not_open(place: int, change: int) -> None:
    ring = KeyRing.of([OLD])
    sealed = ring.seal(PLACE, "11010119900307775X")
    position = len(PREFIX) + 9 + place % (len(sealed) - len(PREFIX) - 9)
    damaged = sealed[:position] + chr(33 + (ord(sealed[position]) + change) % 90) + sealed[position + 1 :]
    try:
        assert ring.open(PLACE, damaged) == "11010119900307775X"
    except BrokenSealError:
        return
    assert damaged == sealed


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    old, both = KeyRing.of([OLD]), KeyRing.of([NEW, OLD])
    sealed = old.seal(PLACE, "secret")
    assert both.open(PLACE, sealed) == "secret"
    assert not both.is_current(sealed)
    assert both.is_current(both.seal(PLACE, "secret"))
    assert old.digests(PLACE, "secret")[0] in both.digests(PLACE, " secret ")


def raw(site: TestSite) -> list[str]:
    return [line[0] for line in site.site.runtime.read(lambda c: c.connection.rows('SELECT paper FROM "tabPerson"'))]


def plain(site: TestSite) -> list[str]:
    def read(ctx: object) -> list[str]:
        rows = site.site.system(ctx).store.list("Person", fields=["paper"], order_by="name asc")  # type: ignore[arg-type]
        return [plain_of(line["paper"]) for line in rows]

    return site.read(read)


def test_values_follow_the_sensitivity_of_their_field(site: TestSite) -> None:
    site.doctype("Person", row("title"), row("paper"), autoname="field:title")
    papers = [f"33010219800101{number:04}" for number in range(3)]
    for number, paper in enumerate(papers):
        site.insert("Person", title=f"人{number}", paper=paper)
    setter = {"doctype_or_field": "DocField", "doc_type": "Person", "field_name": "paper", "property_type": "Data"}
    for name, value in {"exact_search": "1", "sensitivity": "Secret"}.items():
        site.insert("Property Setter", **setter, property=name, value=value)
    assert all(value.startswith(PREFIX) for value in raw(site))
    assert plain(site) == papers
    found = site.read(lambda ctx: ctx.store.list("Person", filters={"paper": papers[1]}))
    assert found == [{"name": "人1"}]
    site.write(lambda ctx: ctx.store.delete("Property Setter", "Person-paper-sensitivity"))
    assert sorted(raw(site)) == papers


def test_a_key_is_changed_and_everything_sealed_anew(site: TestSite) -> None:
    site.doctype("Person", row("title"), row("paper", **SECRET), row("pin", "Password"), autoname="field:title")
    site.insert("Person", title="甲", paper="330102198001010001", pin="geheim-pin")
    before, folder = raw(site), site.site.folder.path
    site.site.close()
    change_key(folder)
    again = TestSite(open_site(folder))
    try:
        assert plain(again) == ["330102198001010001"]
        assert reseal(again.site) >= 2
        assert raw(again) != before
        newest = (folder / "secret.key").read_text().split()[0]
        (folder / "secret.key").write_text(newest + "\n")
    finally:
        again.site.close()
    last = TestSite(open_site(folder))
    assert plain(last) == ["330102198001010001"]
    assert last.read(lambda ctx: ctx.store.list("Person", filters={"paper": "330102198001010001"})) == [{"name": "甲"}]
    object.__setattr__(site, "site", last.site)


def test_without_its_key_a_value_stays_shut_and_survives(site: TestSite) -> None:
    site.doctype("Person", row("title"), row("paper", **SECRET), row("remark"), autoname="field:title")
    site.insert("Person", title="甲", paper="330102198001010001")
    before = raw(site)
    site.site.runtime.seals = KeyRing.of([NEW])
    assert site.get("Person", "甲").paper == "•••"
    site.update("Person", "甲", remark="changed", paper="•••")
    assert raw(site) == before
    with pytest.raises(ValidationError, match="cannot be opened"):
        site.write(lambda ctx: unmask(ctx, "Person", "甲", ["paper"], "look"))


@defended_by("crm_platform.documents.checks:_take_turns", replace_with=nothing)
def test_two_at_once_do_not_both_get_a_unique_value(postgres_site: TestSite) -> None:
    """There is no index over encrypted values: the second waits for the first, and finds what it wrote. On SQLite all
    writers take turns."""
    site = postgres_site
    site.doctype("Client", row("id_number", unique=1, **SECRET), autoname="hash")
    begun, tried = threading.Event(), threading.Event()

    def first(ctx: Context) -> None:
        ctx.store.insert(ctx.store.new("Client", {"id_number": "11010119900307775X"}))
        begun.set()
        tried.wait(0.5)

    def second() -> None:
        begun.wait(10)
        try:
            site.insert("Client", id_number="11010119900307775X")
        finally:
            tried.set()

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(second)
        site.write(first)
        with pytest.raises(ValidationError, match="must be unique"):
            other.result(30)
    assert site.read(lambda ctx: ctx.store.count("Client")) == 1
