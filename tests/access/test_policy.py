"""The rights of a user: roles, ownership, levels, user permissions, shares, row filters, children, singles."""

from __future__ import annotations

from typing import Any

import pytest

from crm_platform.access.row_filters import RowFilter
from crm_platform.database.conditions import NOTHING, Always, Compare, Not, any_of
from crm_platform.documents.context import Context
from crm_platform.errors import DoesNotExistError, PackError, PermissionError
from support.access_site import Site
from support.sabotage import defended_by, nothing

ANN, BO = "ann@example.com", "bo@example.com"


@pytest.fixture
def regions(site: Site) -> Site:
    """中国 > 华东 > 上海, and 欧洲; one deal in each, owned by Administrator."""
    for title, parent in (("中国", None), ("华东", "中国"), ("上海", "华东"), ("欧洲", None)):
        site.add("Region", title=title, parent_region=parent)
    for title, region in (("D-华东", "华东"), ("D-上海", "上海"), ("D-欧洲", "欧洲"), ("D-nowhere", None)):
        site.add("Deal", title=title, region=region)
    return site


ALL_DEALS = {"D-华东", "D-上海", "D-欧洲", "D-nowhere"}


def test_without_a_role_everything_is_denied(regions: Site) -> None:
    regions.add_user(ANN)
    assert not regions.allows(ANN, "Deal", "read")
    with pytest.raises(PermissionError):
        regions.listed(ANN, "Deal")


def test_a_role_row_opens_its_actions_only(regions: Site) -> None:
    regions.add_user(ANN, "Sales User")
    assert regions.listed(ANN, "Deal") == ALL_DEALS
    assert regions.allows(ANN, "Deal", "print", "D-华东")
    assert not regions.allows(ANN, "Deal", "delete", "D-华东")


def test_rows_of_several_roles_are_united(regions: Site) -> None:
    regions.add_user(ANN, "Sales User", "Sales Manager")
    assert regions.allows(ANN, "Deal", "delete", "D-华东")


def test_a_disabled_role_gives_nothing(regions: Site) -> None:
    regions.add_user(ANN, "Sales User")
    regions.change("Role", "Sales User", disabled=1)
    assert not regions.allows(ANN, "Deal", "read")


def test_if_owner_opens_own_documents_only(regions: Site) -> None:
    regions.add_user(ANN, "Sales User")
    regions.add("Deal", by=ANN, title="安的合同")
    assert regions.allows(ANN, "Deal", "write", "安的合同")
    assert not regions.allows(ANN, "Deal", "write", "D-华东")


def test_roles_that_come_by_themselves(regions: Site) -> None:
    regions.add_user(ANN)
    regions.add_user(BO, user_type="Website User")
    roles = {user: regions.read(user, lambda ctx: ctx.roles) for user in (ANN, BO, "Guest")}
    assert roles[ANN] == {"All", "Guest", "Desk User"}
    assert roles[BO] == {"All", "Guest"}
    assert roles["Guest"] == {"Guest"}


def test_select_is_open_to_readers_but_reading_not_to_selectors(site: Site) -> None:
    site.add_user(ANN)
    site.add_user(BO)
    assert site.allows(ANN, "User", "select", BO)
    assert not site.allows(ANN, "User", "read", BO)
    assert site.allows(ANN, "User", "read", ANN)


@pytest.mark.parametrize("action", ["submit", "cancel", "amend", "import"])
def test_what_the_doctype_does_not_support_is_refused(site: Site, action: str) -> None:
    site.add_user(ANN, "Sales Manager")
    assert not site.allows(ANN, "Memo", action)
    assert site.allows(ANN, "Deal", action) == (action in ("submit", "cancel"))


def test_administrator_passes(regions: Site) -> None:
    assert regions.allows("Administrator", "Deal", "delete", "D-欧洲")
    assert not regions.allows("Administrator", "Memo", "submit")


def test_levels_follow_roles(regions: Site) -> None:
    regions.add_user(ANN, "Sales Manager")
    regions.add_user(BO, "Sales User")
    levels = {u: regions.read(u, lambda ctx: ctx.policy.levels(ctx.definitions["Deal"], "read")) for u in (ANN, BO)}
    assert levels == {ANN: {0, 1}, BO: {0}}


def test_levels_of_a_closed_doctype_are_none(site: Site) -> None:
    site.add_user(ANN)
    assert site.read(ANN, lambda ctx: ctx.policy.levels(ctx.definitions["Deal"], "read")) == frozenset()


def restrict(site: Site, region: str, **values: Any) -> None:
    site.add("User Permission", **{"user": ANN, "allow": "Region", "for_value": region, **values})


def test_a_user_permission_restricts_links_with_descendants(regions: Site) -> None:
    regions.add_user(ANN, "Sales User")
    restrict(regions, "华东")
    assert regions.listed(ANN, "Deal") == {"D-华东", "D-上海", "D-nowhere"}
    assert regions.listed(ANN, "Region") == {"华东", "上海"}


def test_hide_descendants_leaves_the_node_alone(regions: Site) -> None:
    regions.add_user(ANN, "Sales User")
    restrict(regions, "华东", hide_descendants=1)
    assert regions.listed(ANN, "Deal") == {"D-华东", "D-nowhere"}
    assert regions.listed(ANN, "Region") == {"华东"}


def test_strict_user_permissions_close_empty_links(regions: Site) -> None:
    regions.add_user(ANN, "Sales User")
    restrict(regions, "上海")
    regions.change("System Settings", "System Settings", apply_strict_user_permissions=1)
    assert regions.listed(ANN, "Deal") == {"D-上海"}


def test_a_user_permission_for_another_doctype_does_not_count(regions: Site) -> None:
    regions.add_user(ANN, "Sales User")
    restrict(regions, "上海", apply_to_all_doctypes=0, applicable_for="Memo")
    assert regions.listed(ANN, "Deal") == ALL_DEALS


def test_a_field_may_ignore_user_permissions(regions: Site) -> None:
    regions.add_user(ANN, "Sales User")
    restrict(regions, "上海")
    regions.change("Deal", "D-上海", second_region="欧洲")
    assert "D-上海" in regions.listed(ANN, "Deal")


def test_a_user_permission_looks_into_child_rows(regions: Site) -> None:
    regions.add_user(ANN, "Sales User")
    restrict(regions, "上海")
    regions.change("Deal", "D-上海", items=[{"region": "上海"}, {"region": None}])
    assert "D-上海" in regions.listed(ANN, "Deal")
    regions.change("Deal", "D-上海", items=[{"region": "上海"}, {"region": "欧洲"}])
    assert "D-上海" not in regions.listed(ANN, "Deal")
    assert not regions.allows(ANN, "Deal", "read", "D-上海")


def test_restricted_users_create_inside_their_reach_only(regions: Site) -> None:
    regions.add_user(ANN, "Sales User")
    restrict(regions, "华东")
    assert regions.add("Deal", by=ANN, title="内", region="上海") == "内"
    with pytest.raises(PermissionError):
        regions.add("Deal", by=ANN, title="外", region="欧洲")
    assert regions.add("Region", by=ANN, title="浦东", parent_region="上海") == "浦东"
    with pytest.raises(PermissionError):
        regions.add("Region", by=ANN, title="巴黎", parent_region="欧洲")


def share(site: Site, name: str, **rights: Any) -> None:
    site.add("DocShare", **{"user": ANN, "share_doctype": "Deal", "share_name": name, **rights})


def test_a_share_to_read_offers_nothing_else(regions: Site) -> None:
    regions.add_user(ANN)
    share(regions, "D-欧洲", read=1)
    assert regions.allows(ANN, "Deal", "read")
    assert not regions.allows(ANN, "Deal", "write")
    share(regions, "D-上海", read=1, write=1)
    assert regions.allows(ANN, "Deal", "write")
    assert not regions.allows(ANN, "Deal", "write", "D-欧洲")


def test_a_share_opens_one_document_past_user_permissions(regions: Site) -> None:
    regions.add_user(ANN, "Sales User")
    restrict(regions, "上海")
    share(regions, "D-欧洲", write=1)
    assert regions.listed(ANN, "Deal") == {"D-上海", "D-nowhere", "D-欧洲"}
    assert regions.allows(ANN, "Deal", "write", "D-欧洲")
    assert not regions.allows(ANN, "Deal", "write", "D-上海")
    assert not regions.allows(ANN, "Deal", "share", "D-欧洲")


def test_a_share_gives_a_user_without_roles_that_document(regions: Site) -> None:
    regions.add_user(ANN)
    share(regions, "D-华东", read=1)
    assert regions.listed(ANN, "Deal") == {"D-华东"}
    assert regions.allows(ANN, "Deal", "print", "D-华东")
    with pytest.raises(DoesNotExistError):
        regions.read(ANN, lambda ctx: ctx.store.get("Deal", "D-欧洲"))


def test_a_share_for_everyone_is_not_for_guests(regions: Site) -> None:
    regions.add_user(ANN)
    share(regions, "D-华东", read=1, everyone=1, user=None)
    assert regions.allows(ANN, "Deal", "read", "D-华东")
    assert not regions.allows("Guest", "Deal", "read", "D-华东")


def test_sharing_can_be_switched_off(regions: Site) -> None:
    regions.add_user(ANN, "Sales Manager")
    assert regions.allows(ANN, "Deal", "share", "D-华东")
    regions.change("System Settings", "System Settings", disable_document_sharing=1)
    assert not regions.allows(ANN, "Deal", "share", "D-华东")


def test_the_share_of_a_deleted_document_does_not_open_its_successor(regions: Site) -> None:
    regions.add_user(ANN)
    share(regions, "D-华东", read=1)
    assert regions.allows(ANN, "Deal", "read", "D-华东")
    regions.delete("Deal", "D-华东")
    regions.add("Deal", title="D-华东")
    assert not regions.allows(ANN, "Deal", "read", "D-华东")


def test_a_share_follows_a_renamed_document(regions: Site) -> None:
    regions.add_user(ANN)
    share(regions, "D-华东", read=1)
    assert regions.listed(ANN, "Deal") == {"D-华东"}
    regions.system(lambda ctx: ctx.store.rename("Deal", "D-华东", "新名"))
    assert regions.listed(ANN, "Deal") == {"新名"}


def test_row_filters_narrow_also_what_is_shared(regions: Site) -> None:
    regions.add_user(ANN, "Sales User")
    share(regions, "D-欧洲", read=1)
    asia = any_of(*(Compare(("region",), "=", region) for region in ("华东", "上海")))
    regions.filters.append(RowFilter("warranty", "Deal", lambda *_: asia))
    assert regions.listed(ANN, "Deal") == {"D-华东", "D-上海"}
    assert not regions.allows(ANN, "Deal", "read", "D-欧洲")


def test_row_filters_never_widen(regions: Site) -> None:
    regions.add_user(ANN)
    regions.filters.append(RowFilter("warranty", "Deal", lambda *_: Always(True)))
    assert not regions.allows(ANN, "Deal", "read")


def test_a_row_filter_may_follow_links(regions: Site) -> None:
    regions.add_user(ANN, "Sales User")
    in_china = Compare(("region", "parent_region"), "=", "中国")
    regions.filters.append(RowFilter("warranty", "Deal", lambda *_: Not(in_china)))
    assert not regions.allows(ANN, "Deal", "read", "D-华东")
    assert regions.listed(ANN, "Deal") == {"D-上海", "D-欧洲", "D-nowhere"}


def test_a_row_filter_asks_without_being_narrowed_by_itself(regions: Site) -> None:
    regions.add_user(ANN, "Sales User")

    def mine(ctx: Context, action: str) -> Compare:
        names = tuple(row["name"] for row in ctx.store.list("Deal", limit=2, order_by="name asc"))
        return Compare(("name",), "in", names)

    regions.filters.append(RowFilter("warranty", "Deal", mine))
    assert len(regions.listed(ANN, "Deal")) == 2


@pytest.mark.parametrize("broken", [lambda *_: 1 / 0, lambda *_: None])
def test_a_broken_row_filter_closes_and_names_its_pack(regions: Site, broken: object) -> None:
    regions.add_user(ANN, "Sales User")
    regions.filters.append(RowFilter("warranty", "Deal", broken))  # type: ignore[arg-type]
    with pytest.raises(PackError, match="warranty"):
        regions.listed(ANN, "Deal")


def test_child_rows_follow_their_parent(regions: Site) -> None:
    regions.add_user(ANN, "Sales User")
    restrict(regions, "上海")
    regions.change("Deal", "D-上海", items=[{"product": "伞"}])
    regions.change("Deal", "D-欧洲", items=[{"product": "帽"}])

    def readable(ctx: Context, name: str) -> bool:
        row = ctx.as_system().store.get("Deal", name)["items"][0]
        return ctx.policy.allows(row.meta, "read", row)

    assert regions.read(ANN, lambda ctx: readable(ctx, "D-上海"))
    assert not regions.read(ANN, lambda ctx: readable(ctx, "D-欧洲"))
    assert regions.read(ANN, lambda ctx: ctx.policy.rows(ctx.definitions["Deal Item"])) == NOTHING


@defended_by("crm_platform.access.restrictions:Restrictions.allowed", replace_with=nothing)
def test_B15_an_empty_set_means_nothing(regions: Site) -> None:
    regions.add_user(ANN, "Sales User")
    restrict(regions, "上海", apply_to_all_doctypes=1)
    regions.system(lambda ctx: ctx.connection.delete_rows(ctx.definitions["Region"], {"name": "上海"}))
    assert regions.listed(ANN, "Region") == set()
    assert regions.listed(ANN, "Deal") <= {"D-上海", "D-nowhere"}
    regions.filters.append(RowFilter("warranty", "Deal", lambda *_: Compare(("region",), "in", ())))
    assert regions.listed(ANN, "Deal") == set()


@defended_by("crm_platform.access.listeners:rights_changed", replace_with=nothing)
def test_C15_a_removed_role_is_gone_at_the_next_request(regions: Site) -> None:
    regions.add_user(ANN, "Sales User")
    assert regions.allows(ANN, "Deal", "read")
    regions.change("User", ANN, roles=[])
    assert not regions.allows(ANN, "Deal", "read")


def test_rights_changed_in_a_rolled_back_transaction_do_not_come_back(regions: Site) -> None:
    regions.add_user(ANN)

    def give_and_fail(ctx: Context) -> None:
        ctx.store.update("User", ANN, {"roles": [{"role": "Sales User"}]})
        assert regions.access.as_user(ctx, ANN).policy.allows(ctx.definitions["Deal"], "read")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        regions.system(give_and_fail)
    regions.add_user(BO)
    assert not regions.allows(ANN, "Deal", "read")
