"""Searching under the caller's rights, with the same answers on both databases."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from crm_platform.errors import DoesNotExistError, ValidationError
from crm_platform.search import query
from crm_platform.search.query import Result, search
from crm_platform.testing import TestSite, make_site
from support.definitions import row

READER, KEEPER = "reader@example.com", "keeper@example.com"
FULL = dict.fromkeys(("read", "write", "create", "delete"), 1)
NOTE = (
    row("title", in_global_search=1),
    row("territory", "Link", options="Territory"),
    row("body", "Text Editor"),
    row("internal", "Small Text", permlevel=1),
    row("pin", "Password", in_global_search=1),
)
PERMISSIONS = (
    {"role": "System Manager", **FULL},
    {"role": "System Manager", "permlevel": 1, "read": 1, "write": 1},
    {"role": "Note Reader", "read": 1},
    {"role": "Note Keeper", "read": 1},
    {"role": "Note Keeper", "permlevel": 1, "read": 1},
)


def define(site: TestSite) -> None:
    for role in ("Note Reader", "Note Keeper"):
        site.role(role)
    site.doctype("Note", *NOTE, autoname="field:title", title_field="title", permissions=list(PERMISSIONS))
    site.doctype("Memo", row("title"), row("body", "Text"), autoname="field:title", title_field="title")
    site.user(READER, "Note Reader")
    site.user(KEEPER, "Note Keeper")


@pytest.fixture(scope="module")
def notes(module_site: TestSite) -> Iterator[TestSite]:
    """Notes of several kinds, and a memo that readers of notes may not see."""
    site = module_site
    define(site)
    site.insert("Note", title="云计算有限公司", body="<p>合同 <b>R&amp;D</b></p><script>alert('geheim')</script>")
    site.insert("Note", title="Müller 合同", internal="秘密 Projekt Zeppelin", pin="4711")
    site.insert("Note", title="合同", body="nothing else")
    site.insert("Note", title="Database Migration", body="😀 Straße nach Łódź & <b>zurück</b>")
    site.insert("Memo", title="Memo about Zeppelin", body="数据库迁移")
    return site


def ask(site: TestSite, text: str, user: str = "Administrator", **options: Any) -> Result:
    return site.read(lambda ctx: search(ctx, text, **options), user)


def titles(found: Result) -> list[str]:
    return [hit.title for hit in found.hits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("计算", ["云计算有限公司"]),
        ("云", ["云计算有限公司"]),
        ("计有", []),
        ("MULLER", ["Müller 合同"]),
        ("mul", ["Müller 合同"]),
        ("uller", []),
        ("合同", ["合同", "Müller 合同", "云计算有限公司"]),
        ("合同 mull", ["Müller 合同"]),
        ("合同 absent", []),
        ("r&d", ["云计算有限公司"]),
        ("strasse lodz", ["Database Migration"]),
        ("😀", ["Database Migration"]),
        ("zuruck", ["Database Migration"]),
        ("script", []),
        ("geheim", []),
        ("4711", []),
        ("'\" OR 1=1 * : ( ) ^", []),
        ("NEAR AND NOT", []),
        ("title : 合同", []),
        ("", []),
        ("…", []),
    ],
)
def test_what_is_found_and_in_which_order(notes: TestSite, text: str, expected: list[str]) -> None:
    assert titles(ask(notes, text, doctype="Note")) == expected


def test_the_whole_title_comes_first_then_titles_then_texts(notes: TestSite) -> None:
    assert [hit.rank for hit in ask(notes, "合同").hits] == ["whole", "title", "anywhere"]


def test_facets_count_by_doctype_and_a_doctype_narrows(notes: TestSite) -> None:
    found = ask(notes, "zeppelin")
    assert found.facets == (("Memo", 1), ("Note", 1))
    assert (found.total, found.more) == (2, False)
    assert titles(ask(notes, "zeppelin", doctype="Memo")) == ["Memo about Zeppelin"]


def test_pages(notes: TestSite) -> None:
    every = titles(ask(notes, "合同"))
    assert titles(ask(notes, "合同", limit=2)) + titles(ask(notes, "合同", limit=2, start=2)) == every
    assert ask(notes, "合同", limit=0).total == 3


def test_excerpts_are_safe_html_with_what_was_asked_for_marked(notes: TestSite) -> None:
    (hit,) = ask(notes, "zuruck lodz", doctype="Note").hits
    (excerpt,) = hit.excerpts
    assert excerpt.label == "Body"
    assert excerpt.html == "😀 Straße nach <mark>Łódź</mark> &amp; <mark>zurück</mark>"
    assert ask(notes, "mul").hits[0].title_html == "<mark>Mül</mark>ler 合同"


def test_a_closed_field_neither_finds_nor_shows(notes: TestSite) -> None:
    for text in ("秘密", "zeppelin", "合同 projekt"):
        assert ask(notes, text, READER) == query.NOTHING_FOUND
        assert titles(ask(notes, text, KEEPER)) == ["Müller 合同"]
    (hit,) = ask(notes, "mull", READER).hits
    assert hit.excerpts == ()


def test_a_field_of_level_0_and_a_higher_one_are_searched_together(notes: TestSite) -> None:
    assert titles(ask(notes, "muller zeppelin", KEEPER)) == ["Müller 合同"]


def test_a_doctype_without_right_is_not_there(notes: TestSite) -> None:
    assert ask(notes, "数据库", READER) == query.NOTHING_FOUND
    assert ask(notes, "memo", READER, doctype="Memo") == query.NOTHING_FOUND


def test_bad_questions_are_refused(notes: TestSite) -> None:
    with pytest.raises(ValidationError, match="too long"):
        ask(notes, "x" * 301)
    with pytest.raises(ValidationError, match="too many words"):
        ask(notes, " ".join(map(str, range(13))))
    with pytest.raises(ValidationError, match="negative"):
        ask(notes, "x", limit=-1)
    with pytest.raises(DoesNotExistError):
        ask(notes, "x", doctype="No Such")


def test_user_permissions_and_shares_are_heeded_at_once(site: TestSite) -> None:
    define(site)
    for name in ("华东", "华北"):
        site.insert("Territory", territory_name=name)
        site.insert("Note", title=f"{name} 计划", territory=name)
    assert titles(ask(site, "计划", READER)) == ["华北 计划", "华东 计划"]
    site.insert("User Permission", user=READER, allow="Territory", for_value="华东", apply_to_all_doctypes=1)
    assert titles(ask(site, "计划", READER)) == ["华东 计划"]
    assert ask(site, "华北", READER) == query.NOTHING_FOUND
    site.insert("Memo", title="计划 memo")
    site.insert("DocShare", share_doctype="Memo", share_name="计划 memo", user=READER, read=1)
    assert titles(ask(site, "计划", READER)) == ["计划 memo", "华东 计划"]


def test_who_may_read_few_of_many_finds_them_all(site: TestSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "BATCHES", (4, 8, 16))
    monkeypatch.setattr(query, "CANDIDATES", 6)
    define(site)
    for name in ("华东", "华北"):
        site.insert("Territory", territory_name=name)
    for number in range(18):
        site.insert("Note", title=f"计划 {number:02}", territory="华东" if number % 6 == 0 else "华北")
    site.insert("User Permission", user=READER, allow="Territory", for_value="华东", apply_to_all_doctypes=1)
    found = ask(site, "计划", READER)
    assert (titles(found), found.more) == (["计划 12", "计划 06", "计划 00"], False)
    capped = ask(site, "计划")
    assert (capped.total, capped.more, capped.facets) == (6, True, (("Note", 6),))
    assert titles(capped)[0] == "计划 17"


WORDS: Sequence[str] = (
    *("合同", "云计算", "有限公司", "数据库迁移", "云", "同", "科技", "北京科技有限公司"),
    *("contract", "Müller", "müllerei", "database", "migration", "café", "CAFÉ", "naïve", "Straße", "a", "ab"),
    *("😀", "👍🏽", "🇨🇳", "R&D", "x@y.cn", "NR-0042", "2024年", "ＡＢＣ", "100%", "한국어", "東京タワー", "ﾃｽﾄ"),
)


def fill(site: TestSite) -> None:
    """The same corpus in any site: single documents and batches, with changes and deletions."""
    define(site)
    chance = random.Random(7)

    def values(number: int) -> dict[str, Any]:
        text = [chance.choice(("", " ")).join(chance.choices(WORDS, k=chance.randint(1, 9))) for _ in range(3)]
        return {"title": f"{number} {text[0]}"[:140], "body": text[1], "internal": text[2]}

    for first in range(0, 100, 50):
        batch = [values(n) for n in range(first, first + 50)]
        site.write(lambda ctx, batch=batch: ctx.store.insert_many([ctx.store.new("Note", v) for v in batch]))
    names = site.read(lambda ctx: [r["name"] for r in ctx.store.list("Note", order_by="name", limit=0)])
    for name in names[::7]:
        site.update("Note", name, body=values(0)["body"])
    site.write(lambda ctx: [ctx.store.delete("Note", name) for name in names[3::11]])


def questions() -> Iterator[str]:
    yield from WORDS
    chance = random.Random(11)
    for _ in range(40):
        yield chance.choice(("", " ")).join(chance.choices(WORDS, k=chance.randint(1, 3)))
        word = chance.choice(WORDS)
        yield word[: chance.randint(1, len(word))]


def places(found: Result) -> list[Any]:
    return [(hit.doctype, hit.name, hit.rank, hit.title_html, hit.excerpts) for hit in found.hits]


def test_both_databases_find_the_same_in_the_same_order(
    sqlite_site: TestSite, postgres_url: str, tmp_path: Path
) -> None:
    answers = []
    with closing(make_site(tmp_path / "on-postgresql", postgres_url).site) as other:
        for site in (sqlite_site, TestSite(other)):
            fill(site)
            found = [ask(site, text, limit=50) for text in questions()]
            answers.append([(places(one), one.facets, one.total) for one in found])
    assert answers[0] == answers[1]
    assert sum(total > 0 for _, _, total in answers[0]) > 40
