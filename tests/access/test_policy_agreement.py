"""Lists and documents agree: the SQL and the Python form of every decision, and a plain model of the rules, on worlds
of random roles, permission rows, user permissions, shares, filters and records."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_platform.access.policy import Policy
from crm_platform.access.profile import load_profile
from crm_platform.access.row_filters import RowFilter, RowFilters
from crm_platform.database.conditions import And, Compare, Condition, Not, Or
from crm_platform.database.query import Query
from crm_platform.documents.context import Context
from crm_platform.documents.paths import ways_of
from crm_platform.documents.reading import load
from crm_platform.metadata.model import Definitions, DocPerm
from support.access_site import START, Site
from support.sabotage import always, defended_by

ANN, BO = "ann@example.com", "bo@example.com"
TEAMS = ("华东队", "Clinic")
ROLES = ("Sales User", "Sales Manager", "All")
REGIONS = ("中国", "华东", "上海", "Europe", "Paris")
DEALS = ("一", "二", "三", "four")
ACTIONS = ("select", "read", "write", "create", "delete", "submit", "share", "print")
RIGHTS = ("read", "write", "share", "submit")
SHARED = {"select": "read", "print": "read"} | {right: right for right in RIGHTS}


@dataclass(frozen=True)
class Deal:
    owner: str
    region: str | None
    team: str | None
    rows: tuple[str | None, ...]


@dataclass(frozen=True)
class Restriction:
    allow: str
    value: str
    applicable_for: str
    hide_descendants: bool


@dataclass(frozen=True)
class Share:
    deal: str
    rights: frozenset[str]
    everyone: bool


@dataclass(frozen=True)
class World:
    parents: dict[str, str | None]
    deals: dict[str, Deal]
    roles: frozenset[str]
    permissions: tuple[DocPerm, ...]
    restrictions: tuple[Restriction, ...]
    shares: tuple[Share, ...]
    teams: dict[str, frozenset[str]]
    disabled_teams: frozenset[str]
    strict: bool
    narrowed: Condition | None


regions = st.sampled_from(REGIONS)
links = st.none() | regions
deals = st.builds(
    Deal,
    owner=st.sampled_from([ANN, BO, "Administrator"]),
    region=links,
    team=st.none() | st.sampled_from(TEAMS),
    rows=st.lists(links, max_size=2).map(tuple),
)
permissions = st.builds(
    DocPerm,
    role=st.sampled_from(ROLES),
    if_owner=st.booleans(),
    if_team=st.booleans(),
    actions=st.frozensets(st.sampled_from(ACTIONS), min_size=1),
)
restrictions = st.builds(
    Restriction,
    allow=st.just("Region"),
    value=st.sampled_from([*REGIONS, "gone"]),
    applicable_for=st.sampled_from(["", "", "Deal", "Memo"]),
    hide_descendants=st.booleans(),
) | st.builds(Restriction, st.just("Deal"), st.sampled_from(DEALS), st.just(""), st.booleans())
shares = st.builds(
    Share, st.sampled_from(DEALS), st.frozensets(st.sampled_from(RIGHTS), min_size=1), everyone=st.booleans()
)
leaves = st.one_of(
    st.builds(Compare, st.just(("region",)), st.sampled_from(["=", "!="]), links),
    st.builds(Compare, st.just(("region",)), st.sampled_from(["in", "not in"]), st.lists(links, max_size=3).map(tuple)),
    st.builds(Compare, st.just(("owner",)), st.just("="), st.just(ANN)),
    st.builds(Compare, st.just(("items", "region")), st.sampled_from(["=", "!="]), regions),
    st.builds(Compare, st.just(("region", "parent_region")), st.sampled_from(["=", "!="]), regions),
    st.builds(Compare, st.just(("region", "title")), st.just("is"), st.sampled_from(["set", "not set"])),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    leaves,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(And, st.lists(inner, max_size=2).map(tuple))
        | st.builds(Or, st.lists(inner, max_size=2).map(tuple))
    ),
    max_leaves=4,
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    parents: dict[str, str | None] = {}
    for region in REGIONS:
        parents[region] = draw(st.sampled_from([None, *parents]))
    return World(
        parents=parents,
        deals={name: draw(deals) for name in DEALS},
        roles=draw(st.frozensets(st.sampled_from(ROLES[:2]))),
        permissions=tuple(draw(st.lists(permissions, max_size=4))),
        restrictions=tuple(draw(st.lists(restrictions, max_size=3))),
        shares=tuple(draw(st.lists(shares, max_size=2))),
        teams={team: draw(st.frozensets(st.sampled_from([ANN, BO, "Administrator"]))) for team in TEAMS},
        disabled_teams=draw(st.frozensets(st.sampled_from(TEAMS), max_size=1)),
        strict=draw(st.booleans()),
        narrowed=draw(st.none() | conditions),
    )


class Undo(Exception):
    """Ends the transaction of one example."""


def row(ctx: Context, doctype: str, name: str, **values: Any) -> None:
    columns = dict.fromkeys(ctx.definitions[doctype].columns)
    standard = {"name": name, "owner": "Administrator", "creation": START, "modified": START, "docstatus": 0, "idx": 0}
    ctx.connection.insert_rows(ctx.definitions[doctype], [{**columns, **standard, **values}])


def build(ctx: Context, world: World) -> None:
    row(ctx, "User", ANN, email=ANN, first_name="安", enabled=1, user_type="System User")
    for role in world.roles:
        row(ctx, "Has Role", role, parent=ANN, parenttype="User", parentfield="roles", role=role)
    for name, parent in world.parents.items():
        row(ctx, "Region", name, title=name, parent_region=parent)
    for name, deal in world.deals.items():
        row(ctx, "Deal", name, title=name, owner=deal.owner, region=deal.region, team=deal.team)
        for index, region in enumerate(deal.rows):
            place = {"parent": name, "parenttype": "Deal", "parentfield": "items", "idx": index + 1}
            row(ctx, "Deal Item", f"{name}-{index}", region=region, **place)
    for index, restriction in enumerate(world.restrictions):
        row(
            ctx,
            "User Permission",
            str(index),
            user=ANN,
            allow=restriction.allow,
            for_value=restriction.value,
            apply_to_all_doctypes=int(not restriction.applicable_for),
            applicable_for=restriction.applicable_for or None,
            hide_descendants=int(restriction.hide_descendants),
        )
    for team, members in world.teams.items():
        row(ctx, "User Group", team, disabled=int(team in world.disabled_teams))
        for member in members:
            place = {"parent": team, "parenttype": "User Group", "parentfield": "user_group_members"}
            row(ctx, "User Group Member", f"{team}-{member}", user=member, **place)
    for index, share in enumerate(world.shares):
        rights = {right: int(right in share.rights) for right in RIGHTS}
        whom = {"everyone": 1} if share.everyone else {"user": ANN, "everyone": 0}
        row(ctx, "DocShare", str(index), share_doctype="Deal", share_name=share.deal, **whom, **rights)
    row(ctx, "System Settings", "System Settings", apply_strict_user_permissions=int(world.strict))


def policy_of(ctx: Context, world: World) -> tuple[Context, Policy]:
    deal = replace(ctx.definitions["Deal"], permissions=world.permissions)
    ctx = replace(ctx, user=ANN, definitions=Definitions({**ctx.definitions, "Deal": deal}))
    narrowed = world.narrowed
    filters = [RowFilter("pack", "Deal", lambda _, __: narrowed)] if narrowed is not None else []
    profile = load_profile(ctx, ANN)
    assert profile is not None
    return ctx, Policy(ctx, profile, RowFilters(filters))


class Model:
    """The rules as a person would tell them, for one document at a time."""

    def __init__(self, world: World) -> None:
        self.world = world

    def allows(self, name: str, action: str) -> bool:
        granted = self.by_role(name, action) and self.unrestricted(name)
        shared = SHARED.get(action) is not None and self.shared(name, SHARED[action])
        if not (granted or shared) or not self.passes(self.world.narrowed, name):
            return False
        return action not in ("share", "print") or self.allows(name, "read")

    def by_role(self, name: str, action: str) -> bool:
        flags = {"select", "read"} if action == "select" else {action}
        roles = self.world.roles | {"All"}
        return any(p.role in roles and flags & p.actions and self.is_about(p, name) for p in self.world.permissions)

    def is_about(self, permission: DocPerm, name: str) -> bool:
        deal = self.world.deals[name]
        if permission.if_team:
            mine = [team for team, members in self.world.teams.items() if ANN in members]
            at_work = [team for team in mine if team not in self.world.disabled_teams]
            colleagues = {ANN}.union(*(self.world.teams[team] for team in at_work))
            return deal.owner in colleagues or deal.team in at_work
        return deal.owner == ANN or not permission.if_owner

    def reach(self, restriction: Restriction) -> set[str]:
        reached = {restriction.value} & ({*REGIONS} if restriction.allow == "Region" else {*DEALS})
        while restriction.allow == "Region" and not restriction.hide_descendants:
            more = reached | {name for name, parent in self.world.parents.items() if parent in reached}
            if more == reached:
                break
            reached = more
        return reached

    def unrestricted(self, name: str) -> bool:
        for allow in ("Region", "Deal"):
            given = [r for r in self.world.restrictions if r.allow == allow and r.applicable_for in ("", "Deal")]
            if not given:
                continue
            reached = set().union(*(self.reach(restriction) for restriction in given))
            deal = self.world.deals[name]
            values = [name] if allow == "Deal" else [deal.region, *deal.rows]
            empty = None in values
            if (empty and self.world.strict) or any(value not in reached for value in values if value is not None):
                return False
        return True

    def shared(self, name: str, right: str) -> bool:
        return any(s.deal == name and (right == "read" or right in s.rights) for s in self.world.shares)

    def passes(self, condition: Condition | None, name: str) -> bool:
        match condition:
            case None:
                return True
            case And(parts):
                return all(self.passes(part, name) for part in parts)
            case Or(parts):
                return any(self.passes(part, name) for part in parts)
            case Not(part):
                return not self.passes(part, name)
            case Compare(path, operator, wanted):
                return any(compare(operator, value, wanted) for value in self.values(path, name))
        raise AssertionError(condition)

    def values(self, path: tuple[str, ...], name: str) -> list[str | None]:
        deal = self.world.deals[name]
        parent = self.world.parents.get(deal.region or "")
        found: dict[tuple[str, ...], list[str | None]] = {
            ("region",): [deal.region],
            ("owner",): [deal.owner],
            ("items", "region"): [*deal.rows],
            ("region", "parent_region"): [parent],
            ("region", "title"): [deal.region],
        }
        return found[path]


def compare(operator: str, value: str | None, wanted: Any) -> bool:
    answers = {
        "=": lambda: value == wanted,
        "!=": lambda: value != wanted,
        "in": lambda: value in wanted,
        "not in": lambda: value not in wanted,
        "is": lambda: (value is not None) == (wanted == "set"),
    }
    return answers[operator]()


@defended_by("crm_platform.access.policy:Policy._limits", replace_with=always(()))
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(world=worlds())
def test_B09_lists_and_documents_agree_with_the_rules(site: Site, world: World) -> None:
    def compare_all(ctx: Context) -> None:
        build(ctx, world)
        ctx, policy = policy_of(ctx, world)
        deal = ctx.definitions["Deal"]
        model = Model(world)
        documents = {name: load(ctx, deal, name) for name in DEALS}
        for action in ACTIONS:
            rights = policy.rows(deal, action)
            query = Query(deal, rights=rights, joins=ways_of(ctx.definitions, deal, rights))
            listed = {found["name"] for found in ctx.connection.select(query)}
            assert ctx.connection.count(query) == len(listed)
            allowed = {name for name, document in documents.items() if policy.allows(deal, action, document)}
            told = {name for name in DEALS if model.allows(name, action)}
            assert (action, listed, allowed) == (action, told, told), (world, rights)
            assert policy.allows(deal, action) or not listed
        raise Undo

    with suppress(Undo):
        site.runtime.write(compare_all)
