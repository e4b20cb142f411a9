"""Whether there are enough different persons for the approvals of an action."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from crm_platform.workflow.cast import Cast

USERS = ("an", "an2", "bo", "陈", "di")
PERSONS = {**{user: user for user in USERS}, "an2": "an"}
CAST = Cast(PERSONS, {"Lead": frozenset({"an", "an2"}), "Chief": frozenset({"bo"})})


def test_roles_are_held_by_users_and_everybody_has_some() -> None:
    assert CAST.with_role("Lead") == {"an", "an2"}
    assert CAST.with_role("Nobody") == frozenset()
    assert CAST.with_any(["Lead", "Chief"]) == {"an", "an2", "bo"}
    assert CAST.with_role("All") == frozenset(USERS)
    assert (CAST.is_same("an", "an2"), CAST.is_same("an", "bo"), CAST.is_same("gone", "gone")) == (True, False, True)


@given(st.lists(st.sets(st.sampled_from(USERS)), max_size=4))
def test_seats_are_filled_exactly_when_each_has_a_person_of_its_own(seats: list[set[str]]) -> None:
    able = [{PERSONS[user] for user in seat} for seat in seats]
    there = any(
        all(person in who for person, who in zip(chosen, able, strict=True))
        for chosen in permutations(sorted(set(PERSONS.values())), len(seats))
    )
    assert CAST.fill(seats) == there
