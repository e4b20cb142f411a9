"""schemathesis on what /api/openapi.json describes: valid, invalid and odd requests, answers judged by schema."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from support.api_server import serve
from support.api_site import Api
from support.conformance import conform

DOCTYPES = (
    "Bench Customer",
    "Bench Order",
    "Comment",
    "Contact",
    "Country",
    "Currency",
    "Customer",
    "File",
    "Language",
    "Letter Head",
    "Opportunity",
    "Product",
    "Role",
    "Sales Person",
    "Tag",
    "ToDo",
    "Translation",
    "User Permission",
    "Workflow Action Master",
    "Workflow State",
)
FEW = ("Bench Customer", "File")
PER_OPERATION = 4
SOAK_PER_OPERATION = 40


def run(api: Api, pattern: str, phases: str, examples: int) -> None:
    with serve(api.app) as url:
        assert conform(url, api.keys["Administrator"], pattern, phases=phases, examples=examples) > 30


def addresses(*doctypes: str) -> str:
    return "|".join(re.escape(quote(name, safe="")) for name in doctypes)


METHODS = "^/api/method/"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("pattern", [METHODS, f"^/api/resource/({addresses(*FEW)})(/|$)"], ids=["methods", "documents"])
def test_answers_keep_to_their_description(sqlite_api: Api, pattern: str) -> None:
    run(sqlite_api, pattern, "fuzzing", 2)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_documents_of_twenty_doctypes_keep_to_their_description(api: Api) -> None:
    run(api, f"^/api/resource/({addresses(*DOCTYPES)})(/|$)", "fuzzing", PER_OPERATION)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_every_corner_of_a_description_is_kept(sqlite_api: Api) -> None:
    run(sqlite_api, f"^/api/(resource|v2/document)/({addresses(*FEW)})(/|$)", "coverage,fuzzing", PER_OPERATION)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_every_corner_of_the_methods_keeps_to_its_description(sqlite_api: Api) -> None:
    run(sqlite_api, METHODS, "coverage,fuzzing", PER_OPERATION)


@pytest.mark.soak
@pytest.mark.timeout(6 * 3600)
def test_everything_keeps_to_its_description(api: Api) -> None:
    run(api, ".", "coverage,fuzzing", SOAK_PER_OPERATION)
