"""The chain of the audit log: every edit of what is stored is found, and the first bad entry is named."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.privacy import chain
from crm_platform.privacy.chain import Check, Damage
from support.sabotage import always, defended_by, nothing

Entries = list[dict[str, Any]]
COLUMNS = (*chain.HEADER, *chain.ERASABLE, "entry_hash")


def made(count: int) -> Entries:
    """A sound chain."""
    entries: Entries = []
    previous = chain.START
    for number in range(1, count + 1):
        entry: dict[str, Any] = dict.fromkeys(COLUMNS)
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number)
        entry |= {"name": f"e{number}", "owner": "Administrator", "creation": moment, "modified": moment, "idx": number}
        entry |= {"sequence": number, "event": "Deleted", "user": "王@example.cn", "salt": chain.new_salt()}
        entry |= {"reference_doctype": "Client", "reference_name": f"C{number}", "previous_hash": previous}
        entry["payload_hash"] = chain.payload_hash(entry)
        previous = entry["entry_hash"] = chain.entry_hash(entry)
        entries.append(entry)
    return entries


def checked(entries: Entries, last: int, heads: dict[int, str] | None = None) -> Damage | None:
    check = Check(heads or {})
    return check.walk(entries) or check.finish(last)


def test_a_sound_chain_is_sound() -> None:
    assert checked(made(20), 20) is None
    assert checked([], 0) is None


def another(value: Any, chance: random.Random) -> Any:
    """A value that differs a little: a bit of a text or number, or nothing in place of something."""
    if value is None:
        return chance.choice(["", "x"])
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    if isinstance(value, int):
        return value ^ (1 << chance.randrange(8))
    place = chance.randrange(len(value)) if value else 0
    return chance.choice([None, value + " ", value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1 :]])


def change(entries: Entries, chance: random.Random) -> int:
    index = chance.randrange(len(entries))
    column = chance.choice(COLUMNS)
    entries[index] = {**entries[index], column: another(entries[index][column], chance)}
    return index + 1


def delete(entries: Entries, chance: random.Random) -> int:
    index = chance.randrange(len(entries))
    del entries[index]
    return index + 1


def swap(entries: Entries, chance: random.Random) -> int:
    one, other = sorted(chance.sample(range(len(entries)), 2))
    entries[one], entries[other] = entries[other], entries[one]
    return one + 1


def invent(entries: Entries, chance: random.Random) -> int:
    index = chance.randrange(len(entries))
    entries.insert(index, {**entries[index], "name": "new"})
    return index + 1 if index else 1


def empty(entries: Entries, chance: random.Random) -> int:
    index = chance.randrange(len(entries))
    entries[index] = {**entries[index], **dict.fromkeys(chain.ERASABLE)}
    return index + 1


EDITS: tuple[Callable[[Entries, random.Random], int], ...] = (change, change, change, delete, swap, invent, empty)
SOUND = made(12)


def missed(count: int, seed: int) -> list[int]:
    """Edits that were not found, or where another entry was named than the first bad one."""
    chance = random.Random(seed)
    wrong = []
    for number in range(count):
        entries = list(SOUND)
        first = chance.choice(EDITS)(entries, chance)
        damage = checked(entries, len(SOUND))
        if damage is None or damage.sequence not in (first, first + 1):
            wrong.append(number)
    return wrong


@defended_by("crm_platform.privacy.chain:Check._fault", replace_with=always(""))
def test_X30_every_edit_of_an_entry_is_found() -> None:
    assert missed(1000, 1) == []


@pytest.mark.soak
@defended_by("crm_platform.privacy.chain:Check._fault", replace_with=always(""))
def test_X30_ten_thousand_edits() -> None:
    assert missed(10_000, 2) == []


@given(st.integers(0, 11))
@defended_by("crm_platform.privacy.chain:Check.finish", replace_with=nothing)
def test_X30_an_end_that_was_cut_off_is_missed(kept: int) -> None:
    damage = checked(SOUND[:kept], len(SOUND))
    assert damage is not None
    assert damage.sequence == kept + 1


@defended_by("crm_platform.privacy.chain:Check._fault", replace_with=always(""))
def test_X30_a_whole_new_chain_does_not_fit_a_head_that_was_kept_elsewhere() -> None:
    heads = {10: SOUND[9]["entry_hash"]}
    assert checked(SOUND, 12, heads) is None
    forged = checked(made(12), 12, heads)
    assert forged is not None
    assert forged.sequence == 10
    assert "kept elsewhere" in forged.reason
    cut = checked(SOUND[:9], 9, heads)
    assert cut is not None
    assert cut.sequence == 10


def test_erased_content_leaves_the_chain_sound_when_the_erasure_is_told() -> None:
    entries = made(5)
    entries[1] |= dict.fromkeys(chain.ERASABLE)
    found = checked(entries, 5)
    assert found == Damage(2, "e2", "its content was removed without an erasure")
    told = {**entries[4], "event": chain.ERASED, "details": '{"entries":[2]}'}
    told["payload_hash"] = chain.payload_hash(told)
    told["entry_hash"] = chain.entry_hash(told)
    assert checked([*entries[:4], told], 5) is None
