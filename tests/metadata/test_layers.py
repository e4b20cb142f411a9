"""The order of layers: core, packs after what they require, site; the same however they are given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.metadata.layers import CORE, SITE, Layer, in_order


@pytest.mark.parametrize(
    ("requires", "expected"),
    [
        ({"b": (), "a": ()}, "a b"),
        ({"b": (), "a": ("b",)}, "b a"),
        ({"c": (), "b": ("c",), "a": ()}, "a c b"),
        ({"a": ("absent",), "b": ()}, "a b"),
        ({"a": ("b",), "b": ("a",), "c": ()}, "c a b"),
    ],
    ids=["by name", "after its need", "rest by name", "need not there", "ring"],
)
def test_packs_stand_after_what_they_require(requires: dict[str, tuple[str, ...]], expected: str) -> None:
    layers = [Layer(SITE), *(Layer(name, (), needs) for name, needs in requires.items()), Layer(CORE)]
    assert [layer.name for layer in in_order(layers)] == [CORE, *expected.split(), SITE]


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), unique=True, max_size=2)),
    st.randoms(use_true_random=False),
)
def test_the_order_does_not_depend_on_how_they_are_given(requires: dict[str, list[str]], random: object) -> None:
    layers = [Layer(name, (), tuple(needs)) for name, needs in requires.items()]
    shuffled = layers.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert in_order(layers) == in_order(shuffled)
