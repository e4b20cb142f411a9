"""Sessions: their id, their end, the token against forgery, and what ends them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from crm_platform.access import sessions
from crm_platform.access.identify import Credentials, require_user
from crm_platform.access.passwords import set_password
from crm_platform.access.sign_in import SignIn
from crm_platform.database.system import SESSION
from crm_platform.documents.context import Context
from crm_platform.errors import CSRFTokenError, PermissionError, SessionExpiredError
from support.access_site import Site
from support.sabotage import always, defended_by, nothing

ANN, BO = "ann@example.com", "bo@example.com"
PASSWORD = "春天-rain-37"


@pytest.fixture
def ann(site: Site) -> Site:
    site.add_user(ANN, "Sales User", new_password=PASSWORD)
    return site


def sign_in(site: Site, usr: str = ANN, pwd: str = PASSWORD) -> str:
    return site.access.sign_in(site.runtime, SignIn(usr, pwd, ip="192.0.2.1")).sid


def caller(site: Site, sid: str, **more: object) -> Context:
    return site.runtime.read(lambda ctx: site.access.identify(ctx, Credentials(sid=sid, **more)))  # type: ignore[arg-type]


def test_a_session_is_its_user(ann: Site) -> None:
    ctx = caller(ann, sign_in(ann), ip="192.0.2.9")
    assert (ctx.user, ctx.ip) == (ANN, "192.0.2.9")
    assert "Sales User" in ctx.roles


def test_the_id_is_stored_nowhere(ann: Site) -> None:
    sid = sign_in(ann)
    rows = ann.system(lambda ctx: ctx.connection.fetch(SESSION))
    assert rows[0]["user"] == ANN
    assert sid not in str(rows)


@pytest.mark.parametrize("sid", ["f" * 56, "x", "\x00", "ü" * 9, "\ud800"])
def test_an_unknown_session_is_a_guest_who_is_told(ann: Site, sid: str) -> None:
    ctx = caller(ann, sid)
    assert ctx.user == "Guest"
    with pytest.raises(SessionExpiredError):
        require_user(ctx)
    with pytest.raises(SessionExpiredError):
        ann.runtime.read(lambda bare: ann.access.identify(bare, Credentials(sid=sid)).store.list("Deal"))


@pytest.mark.parametrize("sid", ["", "Guest"])
def test_without_a_session_one_is_a_guest(ann: Site, sid: str) -> None:
    ctx = caller(ann, sid)
    assert ctx.user == "Guest"
    with pytest.raises(PermissionError) as caught:
        require_user(ctx)
    assert caught.type is PermissionError


def test_three_days_without_use_end_a_session(ann: Site) -> None:
    sid = sign_in(ann)
    ann.clock.forward(days=3, seconds=-1)
    assert caller(ann, sid).user == ANN
    ann.clock.forward(seconds=1)
    ann.settle()
    assert caller(ann, sid).user == ANN
    ann.clock.forward(days=3)
    assert caller(ann, sid).user == "Guest"


def test_use_is_written_down_now_and_then(ann: Site) -> None:
    sid = sign_in(ann)
    seen = [last_seen(ann)]
    for minutes in (4, 2, 2):
        ann.clock.forward(minutes=minutes)
        caller(ann, sid)
        ann.settle()
        seen.append(last_seen(ann))
    assert [later > earlier for earlier, later in zip(seen, seen[1:], strict=False)] == [False, True, False]


def last_seen(site: Site) -> datetime:
    seen: datetime = site.system(lambda ctx: ctx.connection.fetch(SESSION))[0]["last_seen"]
    return seen


def test_signing_out_ends_the_session(ann: Site) -> None:
    sid, other = sign_in(ann), sign_in(ann)
    ann.runtime.write(lambda ctx: sessions.end_session(ann.access.identify(ctx, Credentials(sid=sid))))
    assert caller(ann, sid).user == "Guest"
    assert caller(ann, other).user == ANN


@defended_by("crm_platform.access.sessions:check_csrf_token", replace_with=nothing)
def test_F06_the_interface_gives_a_session_its_token(ann: Site) -> None:
    sid = sign_in(ann)
    assert caller(ann, sid, unsafe=True, csrf_token="anything").user == ANN

    def issue(ctx: Context) -> str:
        return sessions.issue_csrf_token(ann.access.identify(ctx, Credentials(sid=sid)))

    token = ann.runtime.write(issue)
    assert ann.runtime.write(issue) == token
    assert caller(ann, sid, unsafe=True, csrf_token=token).user == ANN
    assert caller(ann, sid).user == ANN
    for wrong in ("", "x", token[:-1], "ü", "\ud800"):
        with pytest.raises(CSRFTokenError):
            caller(ann, sid, unsafe=True, csrf_token=wrong)
    assert caller(ann, sign_in(ann), unsafe=True).user == ANN


def test_a_guest_has_no_token(ann: Site) -> None:
    assert ann.runtime.write(lambda ctx: sessions.issue_csrf_token(ann.access.as_user(ctx, "Guest"))) == ""


@defended_by("crm_platform.access.sessions:secrets.token_hex", replace_with=always("same"))
def test_G04_every_sign_in_has_a_new_id(ann: Site) -> None:
    assert len({sign_in(ann) for _ in range(3)}) == 3


@defended_by("crm_platform.access.passwords:end_sessions", replace_with=nothing)
@defended_by("crm_platform.access.sessions:end_sessions", replace_with=nothing)
def test_G04_a_password_change_ends_the_other_sessions(ann: Site) -> None:
    here, elsewhere = sign_in(ann), sign_in(ann)
    ann.runtime.write(
        lambda ctx: set_password(ann.access.identify(ctx, Credentials(sid=here)), ANN, "autumn 秋 leaf 4")
    )
    assert caller(ann, here).user == ANN
    assert caller(ann, elsewhere).user == "Guest"


@defended_by("crm_platform.access.sessions:end_sessions", replace_with=nothing)
def test_G04_a_password_set_by_another_ends_all_sessions(ann: Site) -> None:
    sid = sign_in(ann)
    ann.change("User", ANN, new_password="autumn 秋 leaf 4")
    assert caller(ann, sid).user == "Guest"
    assert caller(ann, sign_in(ann, pwd="autumn 秋 leaf 4")).user == ANN


@defended_by("crm_platform.access.sessions:end_sessions", replace_with=nothing)
@pytest.mark.parametrize(
    "change", [{"roles": [{"role": "Sales Manager"}]}, {"user_type": "Website User"}, {"enabled": 0}]
)
def test_G04_a_change_of_rights_ends_sessions(ann: Site, change: dict[str, Any]) -> None:
    sid = sign_in(ann)
    ann.change("User", ANN, **change)
    assert caller(ann, sid).user == "Guest"


@defended_by("crm_platform.access.sessions:end_sessions", replace_with=nothing)
def test_G04_a_session_does_not_outlive_a_time_of_being_disabled(ann: Site) -> None:
    sid = sign_in(ann)
    ann.change("User", ANN, enabled=0)
    ann.change("User", ANN, enabled=1)
    assert caller(ann, sid).user == "Guest"


@defended_by("crm_platform.access.users:roles_of", replace_with=id)
def test_G04_other_changes_of_a_user_end_nothing(ann: Site) -> None:
    sid = sign_in(ann)
    ann.change("User", ANN, phone="+86 21 1234 5678", language="zh")
    ctx = caller(ann, sid)
    assert (ctx.user, ctx.language) == (ANN, "zh")


@defended_by("crm_platform.access.sessions:end_sessions", replace_with=nothing)
@defended_by("crm_platform.access.listeners:rights_changed", replace_with=nothing)
def test_C15_a_user_disabled_behind_the_store_is_refused_at_once(ann: Site) -> None:
    sid = sign_in(ann)
    assert caller(ann, sid).user == ANN
    ann.change("User", ANN, enabled=0)
    with pytest.raises(SessionExpiredError):
        require_user(caller(ann, sid))


def test_only_so_many_sessions_at_once(ann: Site) -> None:
    ann.change("User", ANN, simultaneous_sessions=2)
    sids = []
    for _ in range(3):
        sids.append(sign_in(ann))
        ann.clock.forward(seconds=1)
    assert [caller(ann, sid).user for sid in sids] == ["Guest", ANN, ANN]
    ann.change("System Settings", "System Settings", deny_multiple_sessions=1)
    last = sign_in(ann)
    assert [caller(ann, sid).user for sid in (*sids, last)] == ["Guest", "Guest", "Guest", ANN]


def test_sessions_follow_a_deleted_or_renamed_user(ann: Site) -> None:
    ann.add_user(BO, new_password=PASSWORD)
    mine, other = sign_in(ann), sign_in(ann, BO)
    ann.system(lambda ctx: ctx.store.rename("User", ANN, "anna@example.com"))
    assert caller(ann, mine).user == "Guest"
    assert caller(ann, sign_in(ann, "anna@example.com")).user == "anna@example.com"
    ann.delete("User", BO)
    assert caller(ann, other).user == "Guest"
    ann.add_user(BO)
    assert caller(ann, other).user == "Guest"
