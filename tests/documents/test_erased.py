"""What tells of an erased person, in what is kept beside the documents."""

from __future__ import annotations

from typing import Any

import pytest

from crm_platform.documents.erased import Erased

ERASED = Erased({("Patient", "1"), ("Patient", "PAT-00001")}, {"Kanari@Example.cn"})


@pytest.mark.parametrize(
    ("content", "is_in", "is_told_in"),
    [
        ({"name": "PAT-00001"}, True, True),
        ({"name": "PAT-000011"}, False, False),
        ([["to KANARI@example.CN, please"]], True, True),
        ({"doctype": "Patient", "name": "1"}, True, True),
        ({"doctype": "Order", "name": "1"}, True, False),
        ({"count": 1, "none": None, "other": ["Patient"]}, False, False),
    ],
)
def test_a_short_name_counts_beside_its_doctype_where_something_is_lost(
    content: Any, is_in: bool, is_told_in: bool
) -> None:
    assert (ERASED.is_in(content), ERASED.is_told_in(content)) == (is_in, is_told_in)
