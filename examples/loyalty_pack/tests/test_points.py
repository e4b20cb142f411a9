"""Points are collected, redeemed and taken back; the balance on the customer is always their sum."""

from __future__ import annotations

import pytest
from loyalty_pack.points import balance, redeem

from crm_platform.pack import DoesNotExistError, PermissionError, ValidationError
from crm_platform.testing import TestSite


@pytest.fixture
def customer(site_with_pack: TestSite) -> str:
    return str(site_with_pack.insert("Customer", customer_name="北京科技", customer_type="Company").name)


def collect(site: TestSite, customer: str, points: int, user: str = "Administrator") -> str:
    return str(site.insert("Loyalty Entry", user, customer=customer, points=points, reason="购买").name)


def points_of(site: TestSite, customer: str) -> int:
    return site.read(lambda ctx: balance(ctx, customer))


def test_the_balance_is_the_sum_of_the_entries(site_with_pack: TestSite, customer: str) -> None:
    first = collect(site_with_pack, customer, 1000)
    collect(site_with_pack, customer, 200)
    assert points_of(site_with_pack, customer) == 1200
    site_with_pack.write(lambda ctx: ctx.store.delete("Loyalty Entry", first))
    assert points_of(site_with_pack, customer) == 200


def test_nobody_redeems_more_than_there_is(site_with_pack: TestSite, customer: str) -> None:
    collect(site_with_pack, customer, 100)
    assert site_with_pack.write(lambda ctx: redeem(ctx, customer, 60)) == 40
    with pytest.raises(ValidationError, match="has only 40 points"):
        site_with_pack.write(lambda ctx: redeem(ctx, customer, 60))
    assert points_of(site_with_pack, customer) == 40


@pytest.mark.parametrize("points", [0, -5])
def test_what_is_redeemed_is_more_than_nothing(site_with_pack: TestSite, customer: str, points: int) -> None:
    with pytest.raises(ValidationError, match="more than 0"):
        site_with_pack.write(lambda ctx: redeem(ctx, customer, points))


def test_points_of_an_entry_stay(site_with_pack: TestSite, customer: str) -> None:
    entry = collect(site_with_pack, customer, 100)
    with pytest.raises(ValidationError, match="cannot be changed"):
        site_with_pack.update("Loyalty Entry", entry, points=900)
    site_with_pack.update("Loyalty Entry", entry, reason="更正")


def test_sellers_enter_points_and_strangers_see_none(site_with_pack: TestSite, customer: str) -> None:
    seller = site_with_pack.user("seller@example.com", "Sales User")
    collect(site_with_pack, customer, 10, seller)
    stranger = site_with_pack.user("stranger@example.com")
    with pytest.raises((DoesNotExistError, PermissionError)):
        site_with_pack.read(lambda ctx: balance(ctx, customer), stranger)
