"""Consent: the newest word counts, from the next question on, and entries are never changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crm_platform.errors import PermissionError
from crm_platform.privacy.consent import has_consent
from crm_platform.testing import TestSite
from support.definitions import row

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def patient(site: TestSite) -> TestSite:
    site.doctype("Patient", row("title"), autoname="field:title")
    site.insert("Patient", title="甲")
    return site


def say(site: TestSite, status: str, minute: int, **other: Any) -> str:
    site.site.runtime.clock = lambda: START + timedelta(minutes=minute)
    about = {"reference_doctype": "Patient", "reference_name": "甲", "purpose": "News", "evidence": "form 7"}
    return str(site.insert("Consent", **about, status=status, **other).name)


def asked(site: TestSite, channel: str = "") -> bool:
    return site.read(lambda ctx: has_consent(ctx, "Patient", "甲", "News", channel))


def test_the_newest_word_counts(patient: TestSite) -> None:
    assert not asked(patient)
    say(patient, "Given", 1)
    assert asked(patient)
    assert asked(patient, "Email")
    assert not patient.read(lambda ctx: has_consent(ctx, "Patient", "甲", "Profiling"))
    say(patient, "Withdrawn", 2, channel="Email")
    assert not asked(patient, "Email")
    assert asked(patient, "Phone")
    say(patient, "Withdrawn", 3)
    assert not asked(patient, "Phone")
    say(patient, "Given", 4, valid_until="2026-01-02")
    assert asked(patient)
    patient.site.runtime.clock = lambda: START + timedelta(days=3)
    assert not asked(patient)


def test_a_withdrawal_stops_a_job_at_its_next_step(patient: TestSite) -> None:
    say(patient, "Given", 1)
    sent = []
    for step in range(4):
        if step == 2:
            say(patient, "Withdrawn", 2)
        if asked(patient, "Email"):
            sent.append(step)
    assert sent == [0, 1]


def test_entries_are_evidence(patient: TestSite) -> None:
    name = say(patient, "Given", 1)
    with pytest.raises(PermissionError, match="never changed"):
        patient.update("Consent", name, status="Withdrawn")
    with pytest.raises(PermissionError, match="never deleted"):
        patient.write(lambda ctx: ctx.store.delete("Consent", name))
