"""Names that would do harm in a statement or hide an attribute, and formulas that are none of ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.documents.document import Document
from crm_platform.metadata.checks import check
from crm_platform.metadata.checks.names import SHADOWED
from support.definitions import doctype, merged, row

hostile = st.text(st.sampled_from("aZ_ -.;'\"`\\/%\0\n\u202e\u0430客é0<>()"), min_size=1, max_size=70)


@given(hostile, hostile)
def test_A09_a_name_passes_only_when_it_is_harmless_in_a_statement(name: str, fieldname: str) -> None:
    problems = [p.id for p in check(merged(doctype(name, row(fieldname)))) if p.is_error]
    if not problems:
        for text in (name, fieldname):
            assert not set(text) & set(";'\"`\\/%\0\n\u202e.<>()")
            assert len(text) <= 61
        assert name == name.strip()


@pytest.mark.parametrize(
    "formula",
    [
        "(select 1)",
        "1); drop table tabUser; --",
        "__import__('os')",
        "doc.__class__",
        "doc.a or exec('x')",
        "lambda: 1",
    ],
)
def test_A08_a_formula_beyond_our_language_is_refused(formula: str) -> None:
    problems = check(merged(doctype("Order", row("a", "Int", formula=formula))))
    assert [(p.id, p.is_error) for p in problems] == [("D702", True)]


def test_shadowed_fieldnames_are_the_attributes_of_a_document() -> None:
    assert {name for name in dir(Document) if not name.startswith("_")} - {"doctype"} == SHADOWED
