"""Explanations: every rule with its verdict and values, from the decision itself."""

from __future__ import annotations

import pytest

from crm_platform.access.explain import Explanation, Question
from crm_platform.access.row_filters import RowFilter
from crm_platform.database.conditions import Compare
from crm_platform.errors import DoesNotExistError, PermissionError
from support.access_site import Site

ANN, BOSS = "ann@example.com", "boss@example.com"


@pytest.fixture
def deals(site: Site) -> Site:
    for region in ("华东", "欧洲"):
        site.add("Region", title=region)
        site.add("Deal", title=f"D-{region}", region=region)
    site.add_user(ANN, "Sales User")
    site.add_user(BOSS, "System Manager")
    site.add("User Permission", user=ANN, allow="Region", for_value="华东")
    return site


def ask(site: Site, by: str, question: Question, about: str = ANN) -> Explanation:
    return site.read(by, lambda ctx: site.access.explain(ctx, question, about))


def verdicts(explanation: Explanation) -> dict[str, bool]:
    return {reason.kind: reason.verdict for reason in explanation.reasons}


def test_an_allowed_document_tells_role_and_restriction(deals: Site) -> None:
    told = ask(deals, ANN, Question("Deal", "read", "D-华东"))
    assert told.allowed
    role = next(reason for reason in told.reasons if reason.kind == "role")
    assert (role.template, role.layer) == ("Role {role} may {action} {doctype}.", "core")
    assert role.params == {"role": "Sales User", "action": "read", "doctype": "Deal"}
    restriction = next(reason for reason in told.reasons if "region" in reason.values)
    assert (restriction.verdict, restriction.values) == (True, {"region": "华东"})


def test_a_refused_document_tells_what_closed_it(deals: Site) -> None:
    told = ask(deals, BOSS, Question("Deal", "read", "D-欧洲"))
    assert not told.allowed
    closing = [reason for reason in told.reasons if not reason.verdict and reason.kind == "user permission"]
    assert [(reason.params["values"], reason.values) for reason in closing] == [(("华东",), {"region": "欧洲"})]


def test_shares_filters_and_support_are_reasons_too(deals: Site) -> None:
    deals.add("DocShare", user=ANN, share_doctype="Deal", share_name="D-欧洲", read=1)
    assert verdicts(ask(deals, ANN, Question("Deal", "read", "D-欧洲")))["share"]
    deals.filters.append(RowFilter("warranty", "Deal", lambda *_: Compare(("region",), "=", "华东")))
    told = ask(deals, BOSS, Question("Deal", "read", "D-欧洲"))
    assert not told.allowed
    assert verdicts(told)["row filter"] is False
    assert verdicts(ask(deals, ANN, Question("Memo", "submit")))["support"] is False


def test_a_field_has_its_level_as_reason(deals: Site) -> None:
    told = ask(deals, ANN, Question("Deal", "read", "D-华东", "margin"))
    assert not told.allowed
    assert verdicts(told)["field level"] is False
    assert ask(deals, ANN, Question("Deal", "read", "D-华东", "title")).allowed


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("total", "{label} is computed: {formula}"),
        ("code", "{label} is set once and has its value."),
        ("sum", "roll-up"),
    ],
)
def test_what_nobody_sets_says_why(site: Site, field: str, sentence: str) -> None:
    site.add_user(BOSS, "Sales Manager")
    site.add("Gauge", title="T-1", code="A")
    told = ask(site, BOSS, Question("Gauge", "write", "T-1", field), BOSS)
    assert not told.allowed
    (closing,) = (reason for reason in told.reasons if not reason.verdict)
    assert sentence in closing.template
    assert ask(site, BOSS, Question("Gauge", "write", "T-1", "title"), BOSS).allowed
    assert ask(site, BOSS, Question("Gauge", "read", "T-1", field), BOSS).allowed


def test_without_a_document_it_is_about_the_doctype(deals: Site) -> None:
    assert ask(deals, ANN, Question("Deal", "create")).allowed
    assert not ask(deals, ANN, Question("Deal", "delete")).allowed
    assert ask(deals, "Administrator", Question("Deal", "delete"), "Administrator").allowed


def test_the_answer_is_that_of_the_policy(deals: Site) -> None:
    for name in ("D-华东", "D-欧洲"):
        for action in ("read", "write", "delete", "share", "print", "submit"):
            told = ask(deals, BOSS, Question("Deal", action, name))
            assert told.allowed == deals.allows(ANN, "Deal", action, name)


def test_D1_an_explanation_does_not_tell_what_exists(deals: Site) -> None:
    answers = set()
    for name in ("D-欧洲", "没有的"):
        with pytest.raises(DoesNotExistError) as caught:
            ask(deals, ANN, Question("Deal", "read", name))
        answers.add(str(caught.value).replace(name, "X"))
    assert len(answers) == 1


def test_only_a_system_manager_asks_about_others(deals: Site) -> None:
    with pytest.raises(PermissionError):
        ask(deals, ANN, Question("Deal"), BOSS)
    with pytest.raises(PermissionError):
        ask(deals, "Guest", Question("Deal"), ANN)


@pytest.mark.parametrize("question", [Question("Nothing"), Question("Deal", field="nothing")])
def test_unknown_names_are_told(deals: Site, question: Question) -> None:
    with pytest.raises(DoesNotExistError):
        ask(deals, BOSS, question)
