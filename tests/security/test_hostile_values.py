"""Values that nobody means: each is refused with a sentence or stored and read back, and none takes long."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from crm_platform.api import body
from crm_platform.documents import columns, paths
from crm_platform.documents.coerce import COERCERS, Refused, coerce
from crm_platform.metadata.model import Field
from support.api_site import create
from support.attack_site import AttackSite, call
from support.sabotage import defended_by, no, unchanged


class Everything(frozenset[str]):
    """A list of which everything is a part: the sabotage of F03."""

    def __contains__(self, _: object) -> bool:
        return True


ODD: dict[str, tuple[Any, ...]] = {
    "number": (1e29, "1e29", -1e308, 2**64, "NaN", "1e400", "9" * 5000, "0." + "1" * 5000),
    "when": ("9999-12-31 23:59:59.999999+00:00", "0001-01-01 00:00:00", "0001-01-01T00:00+14:00"),
    "day": ("9999-12-31 23:59:59.999999+00:00", "9999-12-31", "0001-01-01", "2024-W01-1"),
    "site": ("http://[", "http://[::1", "/\\evil.example", "//evil.example", "java\nscript:x"),
    "plain": ("😀", "\u202eabc", "e\u0301", "\x7f", "\r\nX: y", "{{7*7}}", "a" * 200, [], {}, True),
    "anything": ("{", [[1]], {"a": None}, 2**64, "NaN"),
}
ODD_VALUES = [(fieldname, value) for fieldname, values in ODD.items() for value in values]


@pytest.mark.parametrize("number", range(len(ODD_VALUES)))
def test_a_value_is_refused_or_comes_back(attacked: AttackSite, number: int) -> None:
    fieldname, value = ODD_VALUES[number]
    answer = attacked.admin.post("/api/resource/Vault", json={"title": f"odd {number}", fieldname: value})
    assert answer.status_code in (200, 417), answer.text
    if answer.status_code == 200:
        read = attacked.admin.get(f"/api/resource/Vault/odd {number}")
        assert read.json()["data"][fieldname] == answer.json()["data"][fieldname]
        assert attacked.admin.get('/api/resource/Vault?fields=["*"]&limit=0').status_code == 200
        assert attacked.admin.get("/printview", params={"doctype": "Vault", "name": f"odd {number}"}).status_code == 200


DAYS = (["0001-01-01", "9999-12-31"], ["9999-12-31", "9999-12-31"], ["0001-01-01 00:00:00", "9999-12-31 23:59:59"])
ODD_LISTS: tuple[dict[str, Any], ...] = (
    *({"filters": [["creation", "between", days]]} for days in DAYS),
    *({"filters": [["day", "between", days]]} for days in DAYS[:2]),
    {"filters": [["name", "=", str(number)] for number in range(1000)]},
    {"or_filters": [["rows.item", "=", str(number)] for number in range(1000)]},
    {"filters": [["name", "in", [str(number) for number in range(19_999)]]]},
    {"filters": [["title", "like", "%a" * 20_000]]},
    {"order_by": ",".join(["name"] * 2000)},
    {"group_by": ",".join(["name"] * 2000)},
    {"fields": ["title as a", "plain as a"]},
    {"fields": ["name", "title as name"]},
    {"fields": ["title as " + "中" * 64]},
    {"fields": ["max(title)", "plain"]},
    {"fields": ["name", "title"], "group_by": "plain"},
    {"fields": ["plain"], "order_by": "rows.item"},
)


@pytest.mark.parametrize("number", range(len(ODD_LISTS)))
def test_a_list_is_refused_or_answered(attacked: AttackSite, number: int) -> None:
    answer = call(attacked.admin, "frappe.client.get_list", doctype="Vault", **ODD_LISTS[number])
    assert answer.status_code in (200, 413, 417), answer.text


@pytest.mark.parametrize("depth", [100, 300, 990, 1020])
@defended_by("crm_platform.api.body:too_deep", replace_with=no)
def test_I03_deep_JSON_is_refused_before_anybody_walks_it(attacked: AttackSite, depth: int) -> None:
    lists, objects = "[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth
    ends = set()
    for deep in (lists, objects, f'{"[" * depth}"\\u0000"{"]" * depth}'):
        for url, text in (
            ("/api/resource/Vault", f'{{"title": "deep", "anything": {deep}}}'),
            ("/api/method/frappe.client.bulk_update", f'{{"docs": [{{"doctype": "x", "name": "y", "z": {deep}}}]}}'),
            ("/api/method/frappe.client.get_list", f'{{"doctype": "Vault", "filters": {deep}}}'),
        ):
            answer = attacked.admin.post(url, content=text, headers={"content-type": "application/json"})
            ends.add(answer.status_code)
    assert ends == {417}


SCRIPTS = (
    *(
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
    ),
    *("vbscript:x", "&#106;avascript:alert(1)", "javascript&colon;alert(1)", "//evil.example/x", "file:///etc/passwd"),
    *("\x01javascript:alert(1)", "\u200bjavascript:alert(1)", "blob:https://x/1", "view-source:https://x"),
)


@defended_by("crm_platform.documents.coerce:URL_SCHEMES", replace_with=Everything())
def test_F03_an_address_has_a_scheme_of_the_list(attacked: AttackSite) -> None:
    for address in SCRIPTS:
        refused = attacked.admin.post("/api/resource/Vault", json={"title": "F03", "site": address})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (417, "site"), address
    for number, address in enumerate(("https://例子.example/x?y=1", "mailto:a@example.com", "tel:+8613900000000")):
        assert create(attacked.admin, "Vault", {"title": f"F03 {number}", "site": address})["site"] == address
    shown = attacked.admin.get("/printview", params={"doctype": "Vault", "name": "F03 0"}).text
    assert "href" not in shown or 'href="https://' in shown


def test_JSON_of_a_usual_depth_is_taken(attacked: AttackSite) -> None:
    deep = json.loads("[" * 90 + "]" * 90)
    assert create(attacked.admin, "Vault", {"title": "deep enough", "anything": deep})["title"] == "deep enough"
    assert not body.too_deep("[[],[]," * 200, [[] for _ in range(200)])


SIZE = 100_000
PATIENCE = 0.5
"""Seconds: ten times what is wanted of a quiet machine; a pattern that backtracks needs hours."""

HOSTILE = (
    *("a" * SIZE, "a@" + "b." * SIZE, "a@b" + "-" * SIZE, "@" * SIZE, " " * SIZE, "a" + " " * SIZE + "b", ";" * SIZE),
    *("a@b.co;" * (SIZE // 7), "_" * SIZE, "1" * SIZE, "中" * SIZE, "a" + "." * SIZE + "!", "http://" + "[" * SIZE),
    *("{" * SIZE, "`" * SIZE, "a(" + " " * SIZE + "b", "a as " * (SIZE // 5), "count(" + "distinct " * (SIZE // 9)),
)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_a_long_value_is_judged_at_once(attacked: AttackSite, number: int) -> None:
    zone = attacked.api.site.runtime.zone

    def judge(field: Field) -> None:
        try:
            coerce(HOSTILE[number], field, zone)
        except Refused:
            return

    formats = (Field("x", "Data", "x", options=kind) for kind in ("Email", "Phone", "URL", "Name"))
    for field in (*formats, *(Field("x", kind, "x", options="a\nb") for kind in COERCERS)):
        assert seconds(lambda field=field: judge(field)) < PATIENCE, field  # type: ignore[misc]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
@defended_by("crm_platform.documents.columns:_tidy", replace_with=unchanged)
def test_I01_a_long_field_of_a_list_is_refused_at_once(number: int) -> None:
    text = HOSTILE[number][:4000]
    patterns = (columns.ALIASED, columns.FUNCTION, columns.SORTED, paths.REFERENCE)
    assert seconds(lambda: [pattern.fullmatch(columns._tidy(text)) for pattern in patterns]) < PATIENCE
