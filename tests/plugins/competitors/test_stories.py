"""Competitors through the API: prices, comparison, who got a deal, the battle card, the alarm, who may what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.app import create_worker
from crm_platform.plugins.competitors import deals, products
from crm_platform.plugins.competitors.deals import falls, rate
from support.api_site import create
from support.crm import Crm, Person
from support.plugins import rights

TODAY = date.today()


def days(number: int) -> str:
    return (TODAY + timedelta(days=number)).isoformat()


def competitor(crm: Crm, name: str, **values: Any) -> str:
    return str(crm.sales_manager.create("Competitor", competitor_name=name, **values)["name"])


def ours(crm: Crm, code: str, price: int = 100) -> str:
    create(
        crm.admin, "Product", {"product_code": code, "product_name": code, "standard_rate": price, "currency": "CNY"}
    )
    return code


def deal(crm: Crm, stage: str, closed: str, *against: str, **values: Any) -> dict[str, Any]:
    rows = [{"competitor": name} for name in against]
    known = {"title": f"{stage} {closed}", "engage_date": days(-400), "competitors": rows, **values}
    return crm.sales.create("Opportunity", sales_stage=stage, closed_date=closed, **known)


def product(crm: Crm, of: str, name: str, **values: Any) -> dict[str, Any]:
    return crm.sales.create("Competing Product", product_name=name, competitor=of, currency="CNY", **values)


def test_the_price_that_counts_is_the_newest_that_has_begun(packs: Crm) -> None:
    of = competitor(packs, "价格对手")
    prices = [
        {"valid_from": days(-30), "price": 90},
        {"valid_from": days(-300), "price": 80},
        {"valid_from": days(5), "price": 99},
    ]
    made = product(packs, of, "甲", prices=prices)
    assert (made["price"], made["price_since"]) == (90, days(-30))
    twice = [{"valid_from": days(-1), "price": 1}, {"valid_from": days(-1), "price": 2}]
    assert "same day" in packs.sales.refused_change("Competing Product", made["name"], prices=twice)
    from_no_day = [{"valid_from": "", "price": 1}]
    assert "Valid From" in packs.sales.refused_change("Competing Product", made["name"], prices=from_no_day)
    none_yet = product(packs, of, "乙", prices=[{"valid_from": days(1), "price": 70}])
    assert not none_yet["price"]
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    packs.site.runtime.write(lambda ctx: products.prices_begin(replace(packs.site.system(ctx), clock=lambda: tomorrow)))
    assert packs.sales.get("Competing Product", none_yet["name"])["price"] == 70


def test_the_comparison_has_a_row_per_feature(packs: Crm) -> None:
    of, code = competitor(packs, "对比对手"), ours(packs, "PUMP-9")
    features = [{"feature": "功率", "theirs": "5 kW", "ours": "6 kW", "verdict": "Better"}]
    first = product(packs, of, "泵甲", our_product=code, features=features)
    product(
        packs,
        of,
        "泵乙",
        our_product=code,
        features=[{"feature": "噪声", "theirs": "低", "ours": "高", "verdict": "Worse"}],
    )
    product(packs, of, "旧泵", our_product=code, status="Withdrawn", features=features)
    table = packs.sales.call("competitors.matrix", product=code)
    assert [column["title"] for column in table["columns"]] == ["泵甲", "泵乙"]
    assert [(row["feature"], [bool(cell) for cell in row["cells"]]) for row in table["rows"]] == [
        ("功率", [True, False]),
        ("噪声", [False, True]),
    ]
    (asked,) = packs.sales.call("crm.desk.overview", doctype="Product", name=code)["asked"]
    shown = packs.sales.call(asked["method"], name=code)
    assert [(row["competing_product"], row["feature"], row["ours"], row["theirs"]) for row in shown] == [
        ("泵甲", "功率", "6 kW", "5 kW"),
        ("泵乙", "噪声", "高", "低"),
    ]
    assert (first["better"], first["worse"], first["our_price"]) == (1, 0, 100)
    assert packs.sales.call("competitors.show_rivals", name=code)["filters"] == {"our_product": code}
    own_name = {"product_name": code, "competitor": of, "our_product": code}
    assert "name of its own" in packs.sales.refused_new("Competing Product", **own_name)


def test_who_got_a_lost_deal_and_why(packs: Crm) -> None:
    one, other = competitor(packs, "输赢甲"), competitor(packs, "输赢乙")
    alone = deal(packs, "Lost", days(-10), one, lost_reasons=[{"lost_reason": "Price too high"}])
    assert alone["lost_to"] == one
    absent = deal(packs, "Lost", days(-10), one, lost_to=other, lost_reasons=[{"lost_reason": "Price too high"}])
    assert [row["competitor"] for row in absent["competitors"]] == [one, other]
    assert not deal(packs, "Lost", days(-9), one, other).get("lost_to")
    assert not deal(packs, "Won", days(-8), one, lost_to=other).get("lost_to")
    found = {row["competitor"]: row for row in packs.sales.call("competitors.win_loss", since=days(-10))}
    assert found[one] == {"competitor": one, "won": 1, "lost": 1, "win_rate": 50.0, "reasons": {"Price too high": 1}}
    assert (found[other]["won"], found[other]["lost"]) == (0, 1)
    assert one not in {row["competitor"] for row in packs.sales.call("competitors.win_loss", since=days(-7))}
    rows = packs.sales_manager.call("frappe.desk.query_report.run", report_name="Lost Deals by Competitor and Reason")
    assert any(set(row.values()) >= {one, "Price too high"} for row in rows["result"])


def test_the_battle_card_is_made_again_and_keeps_our_words(packs: Crm) -> None:
    points = [{"kind": "Weakness", "point": "没有本地服务", "our_answer": "两小时到场"}]
    of = competitor(packs, "卡片对手", strategy="低价", points=points)
    product(
        packs, of, "丙", prices=[{"valid_from": days(-3), "price": 5}], features=[{"feature": "重量", "theirs": "3 kg"}]
    )
    card = packs.sales.call("competitors.make_battle_card", name=of)
    packs.sales.change("Battle Card", card["name"], our_pitch="我们更近")
    deal(packs, "Won", days(-2), of)
    assert packs.sales.call("competitors.make_battle_card", name=of) == card
    made = packs.sales.get("Battle Card", card["name"])
    assert (made["our_pitch"], made["strategy"], made["won"], made["win_rate"]) == ("我们更近", "低价", 1, 100)
    assert [made["points"][0]["point"], made["comparison"][0]["feature"], made["prices"][0]["price"]] == [
        "没有本地服务",
        "重量",
        5,
    ]
    paper = packs.sales.client.get("/printview", params={"doctype": "Battle Card", "name": of, "_lang": "zh"}).text
    for text in ("竞争应对卡", "对方劣势", "两小时到场", "我们更近"):
        assert text in paper


def test_a_falling_win_rate_alarms_once(packs: Crm) -> None:
    of = competitor(packs, "上升的对手")
    for stage, back in (("Won", -120), ("Lost", -5)):
        for _ in range(5):
            deal(packs, stage, days(back), of)
    manager = packs.sales_manager
    system = packs.site.system
    packs.site.runtime.write(lambda ctx: deals.every_week(system(ctx)))
    packs.site.runtime.write(lambda ctx: deals.every_week(system(ctx)))
    (row,) = manager.list("Competitor Win Rate", filters={"competitor": of}, fields=["*"])
    assert (row["win_rate"], row["earlier_win_rate"], row["change"], row["has_begun_to_fall"]) == (0, 100, -100, 1)
    worker = create_worker(packs.site)
    while worker.run_once():
        pass
    told = manager.call("frappe.desk.doctype.notification_log.notification_log.get_notification_logs", limit=50)
    assert len([one for one in told["notification_logs"] if of in one["subject"]]) == 1


@given(*[st.integers(0, 30)] * 4, st.integers(1, 50), st.integers(1, 10))
def test_a_fall_is_of_points_and_of_enough_deals(
    won: int, lost: int, won_before: int, lost_before: int, fall: int, enough: int
) -> None:
    now, before = rate(won, lost), rate(won_before, lost_before)
    times = [{"won": w, "lost": n, "win_rate": r} for w, n, r in ((won, lost, now), (won_before, lost_before, before))]
    assert 0 <= now <= 100
    alarmed = falls(*times, fall=fall, deals=enough)
    assert alarmed == (min(won + lost, won_before + lost_before) >= enough and before - now >= fall)
    assert not (alarmed and falls(*times[::-1], fall=fall, deals=enough))


MATRIX = {
    "Competing Product": {
        "sales": "rwc",
        "sales_manager": "rwcd",
        "service": "",
        "marketing": "r",
        "marketing_boss": "rwc",
    },
    "Battle Card": {"sales": "rwc", "sales_manager": "rwcd", "service": "", "marketing": "r", "marketing_boss": "rwc"},
    "Competitor Win Rate": {"sales": "r", "sales_manager": "rd", "service": "", "marketing": "", "marketing_boss": "r"},
}
"""DocType → person → what is allowed."""


@pytest.mark.parametrize("doctype", MATRIX)
def test_who_may_what(packs: Crm, doctype: str) -> None:
    people: dict[str, Person] = {who: getattr(packs, who) for who in ("sales", "sales_manager", "service", "marketing")}
    people["marketing_boss"] = packs.person("head.of.marketing@example.com", "Marketing Manager")
    assert {who: rights(packs, person, doctype) for who, person in people.items()} == MATRIX[doctype]
