"""The cases of the condition builder (frontend) hold the trees that the server makes of their texts."""

from __future__ import annotations

import json
from pathlib import Path

from crm_platform.expressions import compile

CASES = Path(__file__).parents[2] / "frontend/src/views/condition/cases.json"


def test_rows_of_the_browser_are_read_from_the_trees_of_the_server() -> None:
    cases = json.loads(CASES.read_text("utf-8"))
    for case in cases["fitting"]:
        for spelling, prefix in (("python", ""), ("javascript", "eval:")):
            written = case[spelling]
            assert compile(prefix + written["text"], "change").tree == written["tree"]
    for case in cases["beyond"]:
        assert compile(case["text"]).tree == case["tree"]
