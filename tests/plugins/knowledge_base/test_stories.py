"""The knowledge base through the API: an article's life, what is found, solved cases, votes, the portal, rights."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.plugins.knowledge_base.likeness import likeness, shared, words_of
from crm_platform.plugins.knowledge_base.suggesting import one_per_original
from support.api_site import create
from support.crm import Crm, Person
from support.plugins import rights

ARTICLE = "Knowledge Article"


def author(crm: Crm) -> Person:
    return crm.person("author@example.com", "Knowledge Author", "Service User")


def reviewer(crm: Crm) -> Person:
    return crm.person("reviewer@example.com", "Knowledge Reviewer", "Service User")


def published(crm: Crm, title: str, **values: Any) -> str:
    name = str(
        author(crm).create(ARTICLE, **{"title": title, "solution": "<p>更换电源模块</p>", "language": "zh", **values})[
            "name"
        ]
    )
    author(crm).act(ARTICLE, name, "Submit for Review")
    reviewer(crm).act(ARTICLE, name, "Publish")
    return name


def solved(crm: Crm, subject: str, resolution: str, **values: Any) -> str:
    name = str(crm.service.create("Service Request", subject=subject, resolution_details=resolution, **values)["name"])
    crm.service.act("Service Request", name, "Resolve")
    return name


def titles(rows: list[dict[str, Any]]) -> list[str]:
    return [row["title"] for row in rows]


def test_from_draft_to_the_next_version(packs: Crm) -> None:
    name = str(author(packs).create(ARTICLE, title="变频器过热", language="zh")["name"])
    assert "doc.solution" in author(packs).refused(
        "frappe.model.workflow.apply_workflow", doc={"doctype": ARTICLE, "name": name}, action="Submit for Review"
    )
    author(packs).change(ARTICLE, name, solution="<p>清洁风扇</p>")
    author(packs).act(ARTICLE, name, "Submit for Review")
    assert "In Review" in author(packs).refused_change(ARTICLE, name, title="别的")
    reviewer(packs).act(ARTICLE, name, "Publish")
    made = author(packs).call("knowledge_base.new_version", name=name)
    assert made == author(packs).call("knowledge_base.new_version", name=name)
    draft = author(packs).get(ARTICLE, made["name"])
    assert (draft["version_number"], draft["title"], draft["previous_version"]) == (2, "变频器过热", name)
    assert author(packs).get(ARTICLE, name)["workflow_state"] == "Published"
    author(packs).act(ARTICLE, draft["name"], "Submit for Review")
    reviewer(packs).act(ARTICLE, draft["name"], "Publish")
    assert author(packs).get(ARTICLE, name)["workflow_state"] == "Outdated"
    assert author(packs).get(ARTICLE, draft["name"])["published_on"]


def test_a_second_login_of_the_author_does_not_publish(packs: Crm) -> None:
    other = packs.person("author.again@example.com", "Knowledge Reviewer", "Knowledge Author")
    packs.administrator.change("User", other.email, same_person_as=author(packs).email)
    name = str(author(packs).create(ARTICLE, title="两个账号", solution="<p>。</p>")["name"])
    author(packs).act(ARTICLE, name, "Submit for Review")
    step = {"doc": {"doctype": ARTICLE, "name": name}, "action": "Publish"}
    assert "Publish" in other.refused("frappe.model.workflow.apply_workflow", **step)
    assert reviewer(packs).act(ARTICLE, name, "Publish")["workflow_state"] == "Published"


def test_links_go_both_ways_and_never_to_oneself(packs: Crm) -> None:
    first, second = published(packs, "减速机异响"), published(packs, "减速机漏油")
    reviewer(packs).change(ARTICLE, first, related=[{"article": second}])
    assert "itself" in reviewer(packs).refused_change(ARTICLE, first, related=[{"article": first}])
    connections = reviewer(packs).call("crm.desk.connections", doctype=ARTICLE, name=second)
    (back,) = [one for one in connections if one["filters"] == [["related.article", "=", second]]]
    assert (back["doctype"], back["count"]) == (ARTICLE, 1)
    assert [row["name"] for row in reviewer(packs).list(ARTICLE, filters=back["filters"])] == [first]


def test_a_translation_has_another_language(packs: Crm) -> None:
    original = published(packs, "轴承润滑周期")
    same = {"title": "X", "language": "zh", "translation_of": original}
    assert "another language" in author(packs).refused_new(ARTICLE, **same)
    english = published(packs, "Bearing grease interval", language="en", translation_of=original)
    further = {"title": "Y", "language": "zh", "translation_of": english}
    assert "translation itself" in author(packs).refused_new(ARTICLE, **further)


def test_a_translation_begins_with_the_text_until_there_is_one_in_every_language(packs: Crm) -> None:
    original = published(packs, "润滑脂牌号", summary="二号锂基脂")
    languages = {row["name"] for row in packs.administrator.list("Language", filters={"enabled": 1})} - {"zh"}
    drafts = [author(packs).call("knowledge_base.new_translation", name=original) for _ in languages]
    made = [author(packs).get(ARTICLE, draft["name"]) for draft in drafts]
    assert {one["language"] for one in made} == languages
    assert {(one["translation_of"], one["summary"], one["workflow_state"]) for one in made} == {
        (original, "二号锂基脂", "Draft")
    }
    assert "every language" in author(packs).refused("knowledge_base.new_translation", name=original)


def test_search_by_words_and_metadata_and_what_nobody_finds(packs: Crm) -> None:
    create(packs.admin, "Knowledge Category", {"category_name": "传动", "is_group": 1})
    create(packs.admin, "Knowledge Category", {"category_name": "齿轮", "parent_knowledge_category": "传动"})
    gear = published(packs, "齿轮磨损判断方法", category="齿轮", article_type="How-To")
    published(packs, "齿轮订货 gear order", language="en")
    find = packs.service.call
    assert titles(find("knowledge_base.find", text="齿轮磨损")) == ["齿轮磨损判断方法"]
    assert titles(find("knowledge_base.find", text="齿轮", category="传动")) == ["齿轮磨损判断方法"]
    assert titles(find("knowledge_base.find", text="GEAR 订货", language="en")) == ["齿轮订货 gear order"]
    author(packs).call("frappe.desk.doctype.tag.tag.add_tag", tag="精选", dt=ARTICLE, dn=gear)
    assert titles(find("knowledge_base.find", tag="精选")) == ["齿轮磨损判断方法"]
    assert [find("knowledge_base.find", text=" 量子  纠缠 ") for _ in range(2)] == [[], []]
    rows = author(packs).call("frappe.desk.query_report.run", report_name="Searches Without a Result")["result"]
    assert [row for row in rows if "量子 纠缠" in row.values() and 2 in row.values()]
    assert not [row for row in rows if "齿轮磨损" in row.values()]


def test_suggestions_while_the_subject_is_typed(packs: Crm) -> None:
    published(packs, "伺服电机过载报警", summary="检查负载")
    solved(packs, "伺服电机报警停机", "<p>减小加速度</p>")
    author(packs).create(ARTICLE, title="伺服电机草稿", language="zh")
    found = packs.service.call("knowledge_base.suggest", subject="客户说伺服电机一直报警")
    assert titles(found["articles"]) == ["伺服电机过载报警"]
    assert [case["subject"] for case in found["cases"]] == ["伺服电机报警停机"]
    beside = packs.service.call("knowledge_base.beside_request", subject="客户说伺服电机一直报警")
    assert [(row["title"], row["text"]) for row in beside] == [
        ("伺服电机过载报警", "检查负载"),
        ("伺服电机报警停机", "减小加速度"),
    ]
    assert packs.service.call("knowledge_base.suggest", subject=" ") == {"articles": [], "cases": []}


def test_a_solved_case_is_retrieved_reused_revised_and_retained(packs: Crm) -> None:
    create(packs.admin, "Product", {"product_code": "AC-9", "product_name": "空压机"})
    alike = solved(packs, "空压机压力不足", "<p>更换滤芯</p>", product="AC-9", request_type="Fault")
    solved(packs, "空压机发票抬头错误", "<p>重开发票</p>", product="AC-9")
    service = packs.service
    new = str(
        service.create("Service Request", subject="空压机的压力不足", product="AC-9", request_type="Fault")["name"]
    )
    cases = service.call("knowledge_base.similar", name=new)
    assert cases[0]["name"] == alike
    assert cases[0]["same"] == ["product", "request_type"]
    assert cases[0]["score"] > cases[1]["score"]
    assert alike in str(service.call("knowledge_base.show_similar", name=new))
    assert "not a solved case" in service.refused("knowledge_base.reuse", name=new, case=new)
    assert "Resolve the request" in service.refused("knowledge_base.make_article", name=new)
    service.call("knowledge_base.reuse", name=new, case=alike)
    reused = service.get("Service Request", new)
    assert (reused["resolution_details"], reused["reused_case"]) == ("<p>更换滤芯</p>", alike)
    service.change("Service Request", new, resolution_details="<p>更换滤芯并清洗管路</p>")
    service.act("Service Request", new, "Resolve")
    assert "solved already" in service.refused("knowledge_base.reuse", name=new, case=alike)
    made = service.call("knowledge_base.make_article", name=new)
    assert made == service.call("knowledge_base.make_article", name=new)
    article = service.get(ARTICLE, made["name"])
    assert (article["solution"], article["source_request"]) == ("<p>更换滤芯并清洗管路</p>", new)
    assert article["workflow_state"] == "Draft"


def test_an_article_settles_a_request_and_gives_its_solution_where_none_is_written(packs: Crm) -> None:
    article = published(packs, "联轴器对中", solution="<p>激光对中</p>")
    draft = str(author(packs).create(ARTICLE, title="联轴器草稿")["name"])
    empty, written = (
        str(packs.service.create("Service Request", subject="联轴器振动", resolution_details=text)["name"])
        for text in (None, "<p>已更换</p>")
    )
    for request in (empty, written):
        packs.service.call("knowledge_base.use_article", name=request, article=article)
    settled = [packs.service.get("Service Request", request) for request in (empty, written)]
    assert [(one["knowledge_article"], one["resolution_details"]) for one in settled] == [
        (article, "<p>激光对中</p>"),
        (article, "<p>已更换</p>"),
    ]
    assert "not published" in author(packs).refused("knowledge_base.use_article", name=empty, article=draft)


def test_a_subject_without_an_article_is_one_search_that_found_nothing(packs: Crm) -> None:
    published(packs, "光栅尺信号丢失")
    for typed in ("回转", "回转窑", "回转窑结圈", "光栅尺信号"):
        packs.service.call("knowledge_base.beside_request", subject=typed)
    rows = author(packs).list("Knowledge Search", fields=["asked", "found"], filters={"owner": packs.service.email})
    assert [row["found"] for row in rows if row["asked"].startswith("回转")] == [0]
    assert [row["found"] for row in rows if row["asked"] == "光栅尺信号"] == [1]


def test_one_vote_each_and_the_last_counts(packs: Crm) -> None:
    name = published(packs, "皮带张紧力")
    for person, helpful in ((packs.service, False), (packs.service, True), (packs.sales, False)):
        person.call("knowledge_base.vote", name=name, helpful=helpful)
    article = author(packs).get(ARTICLE, name)
    assert (article["votes"], article["helpful_votes"], article["usefulness"]) == (2, 1, 50)
    draft = str(author(packs).create(ARTICLE, title="未发布")["name"])
    assert "published" in author(packs).refused("knowledge_base.vote_helpful", name=draft)


def test_the_portal_shows_published_articles_for_it_and_nothing_else(packs: Crm) -> None:
    shown = published(packs, "门户：如何重启控制器", visibility="Portal")
    inside = published(packs, "内部：如何重启控制器")
    draft = str(author(packs).create(ARTICLE, title="门户草稿：重启", visibility="Portal", language="zh")["name"])
    listed = packs.guest.get("/api/method/knowledge_base.portal_articles", params={"text": "如何重启"})
    assert titles(listed.json()["message"]) == ["门户：如何重启控制器"]
    text = packs.guest.get("/api/method/knowledge_base.portal_article", params={"name": shown}).json()["message"]
    assert "更换电源模块" in text["solution"]
    assert "author" not in text
    for name in (inside, draft, "KB-99999"):
        refused = packs.guest.get("/api/method/knowledge_base.portal_article", params={"name": name})
        assert refused.status_code == 404


READS_DRAFTS = {"author": True, "reviewer": True, "service": False, "sales": False, "marketing": None}
"""Person → whether drafts of others are read; None: no article at all."""


@pytest.mark.parametrize("who", READS_DRAFTS)
def test_who_reads_what(packs: Crm, who: str) -> None:
    draft = str(packs.administrator.create(ARTICLE, title="别人的草稿", solution="<p>。</p>")["name"])
    shown = published(packs, "公开的文章")
    people = {"author": author, "reviewer": reviewer}
    person = people[who](packs) if who in people else getattr(packs, who)
    reads = {name: person.client.get(f"/api/resource/{ARTICLE}/{name}").status_code == 200 for name in (draft, shown)}
    expected = READS_DRAFTS[who]
    assert reads == {draft: bool(expected), shown: expected is not None}
    assert bool(person.client.post(f"/api/resource/{ARTICLE}", json={"title": "新"}).status_code == 200) is (
        who in ("author", "reviewer", "service")
    )


MATRIX = {
    ARTICLE: {
        "author": "rwc",
        "reviewer": "rwcd",
        "service": "rwc",
        "sales": "r",
        "marketing": "",
        "service_boss": "rc",
        "sales_boss": "r",
    },
    "Knowledge Category": {
        "author": "r",
        "reviewer": "rwcd",
        "service": "r",
        "sales": "r",
        "marketing": "r",
        "service_boss": "r",
        "sales_boss": "r",
    },
    "Knowledge Search": {
        "author": "r",
        "reviewer": "rd",
        "service": "",
        "sales": "",
        "marketing": "",
        "service_boss": "",
        "sales_boss": "",
    },
    "Knowledge Vote": {
        "author": "r",
        "reviewer": "rd",
        "service": "",
        "sales": "",
        "marketing": "",
        "service_boss": "",
        "sales_boss": "",
    },
}
"""DocType → person → what is allowed; of articles, whoever serves writes his own ones only."""


@pytest.mark.parametrize("doctype", MATRIX)
def test_who_may_what(packs: Crm, doctype: str) -> None:
    people = {"author": author(packs), "reviewer": reviewer(packs)}
    people |= {who: getattr(packs, who) for who in ("service", "sales", "marketing")}
    people["service_boss"] = packs.person("head.of.service@example.com", "Service Manager")
    people["sales_boss"] = packs.person("head.of.sales@example.com", "Sales Manager")
    assert {who: rights(packs, person, doctype) for who, person in people.items()} == MATRIX[doctype]


WORDS = st.text(alphabet="变频器过热报警 abc", max_size=20)


@given(WORDS, WORDS)
def test_likeness_is_a_share_and_the_same_both_ways(left: str, right: str) -> None:
    one, other = words_of([left]), words_of([right])
    assert 0 <= shared(one, other) == shared(other, one) <= 1
    assert not one or shared(one, one) == 1


@given(st.floats(0, 1), st.booleans(), st.booleans())
def test_an_equal_field_never_makes_cases_less_alike(text: float, equal: bool, asked: bool) -> None:
    known = {"product": "A" if asked else "", "customer": "C"}
    worse = likeness(known, {"product": "B", "customer": "D"}, text)
    better = likeness(known, {"product": "A" if equal else "B", "customer": "D"}, text)
    assert 0 <= worse <= better <= 1
    assert (better > worse) is (equal and asked)


def test_of_translations_the_readers_language_is_shown() -> None:
    rows = [
        {"name": "1", "language": "zh", "translation_of": None},
        {"name": "2", "language": "en", "translation_of": "1"},
        {"name": "3", "language": "zh", "translation_of": None},
    ]
    assert [row["name"] for row in one_per_original(rows, "en")] == ["2", "3"]
    assert [row["name"] for row in one_per_original(rows, "de")] == ["1", "3"]
