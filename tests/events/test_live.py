"""GET /api/events: what happens is heard after its commit, by those who may read it, in every process of the site."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from crm_platform.access.keys import generate_keys
from crm_platform.access.sessions import end_sessions
from crm_platform.app import create_application, create_worker
from crm_platform.database.conditions import EVERYTHING
from crm_platform.database.system import SESSION
from crm_platform.documents.context import Context
from crm_platform.errors import ValidationError
from crm_platform.events import hub as hub_module
from crm_platform.events.hub import PER_USER
from crm_platform.events.log import EVENT, SIZE
from crm_platform.jobs.job import Job
from crm_platform.jobs.queue import enqueue
from crm_platform.jobs.task import Task
from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite
from support.api_server import serve
from support.commands import NO_TLS
from support.offices import until
from support.sabotage import always, defended_by, nothing
from support.streams import Stream, listening

OWNER, READER, NOBODY = "owner@example.com", "reader@example.com", "nobody@example.com"
LEVELS = {"fieldname": "secret", "fieldtype": "Data", "label": "Secret", "permlevel": 1}
TITLE = {"fieldname": "title", "fieldtype": "Data", "label": "Title"}


@dataclass
class Live:
    """A served site: `Open` is read by READER and OWNER, `Own` by its owner only."""

    site: TestSite
    url: str
    keys: dict[str, str]

    def listen(self, user: str, last: int | None = None) -> AbstractContextManager[Stream]:
        return listening(self.url, last, Authorization=f"token {self.keys[user]}")

    def user(self, email: str, *roles: str) -> str:
        """A user with a key."""
        self.site.user(email, *roles)
        self.keys[email] = keys_of(self.site, email)
        return email

    def create(self, doctype: str, title: str, user: str = "Administrator") -> str:
        return str(self.site.insert(doctype, user, title=title)["name"])


@pytest.fixture(scope="module")
def live(module_site: TestSite) -> Iterator[Live]:
    """One site for all tests: each of them changes other users and documents."""
    site = module_site
    for role in ("Reader", "Owner"):
        site.role(role)
    manages = {"role": "System Manager", "read": 1, "write": 1, "create": 1, "delete": 1}
    reads = {"role": "Reader", "read": 1}
    own = {"role": "Owner", "read": 1, "write": 1, "create": 1, "if_owner": 1}
    site.doctype("Open", TITLE, LEVELS, permissions=[manages, reads, {"role": "Owner", "read": 1}], allow_rename=1)
    site.doctype("Own", TITLE, permissions=[manages, own])
    with pytest.MonkeyPatch.context() as patch, serve(create_application(site.site)) as url:
        patch.setattr(hub_module, "JUDGE_EVERY", 0.2)
        made = Live(site, url, {"Administrator": keys_of(site, "Administrator")})
        for user, *roles in ((OWNER, "Owner"), (READER, "Reader"), (NOBODY,)):
            made.user(user, *roles)
        yield made


def keys_of(site: TestSite, user: str) -> str:
    secret = site.write(lambda ctx: generate_keys(ctx, user))
    return f"{site.get('User', user).api_key}:{secret}"


def until_named(name: str, event: str = "insert") -> Any:
    return lambda stream: any((n, e) == (name, event) for _, n, e in stream.documents)


def test_a_change_is_heard_with_its_name_and_nothing_else(live: Live) -> None:
    with live.listen(READER) as stream:
        name = live.create("Open", "KANARI 标题")
        stream.wait(until_named(name))
        live.site.update("Open", name, secret="KANARI-SECRET")
        stream.wait(until_named(name, "update"))
        live.site.write(lambda ctx: ctx.store.delete("Open", name))
        stream.wait(until_named(name, "delete"))
    assert [event for _, told, event in stream.documents if told == name] == ["insert", "update", "delete"]
    for heard in stream.of("document"):
        assert set(heard.data) == {"doctype", "name", "event", "modified"}
    assert "KANARI" not in stream.text
    assert [one.id for one in stream.heard] == sorted({one.id for one in stream.heard})


@defended_by("crm_platform.access.policy:Policy.rows", replace_with=always(EVERYTHING))
def test_B18_only_who_may_read_a_document_hears_of_it(live: Live) -> None:
    with live.listen(OWNER) as owner, live.listen(READER) as reader, live.listen(NOBODY) as nobody:
        hidden, own = live.create("Own", "of the Administrator"), live.create("Own", "of the owner", OWNER)
        last = live.create("Open", "for all but nobody")
        owner.wait(until_named(last))
        reader.wait(until_named(last))
        live.site.insert("ToDo", NOBODY, description="own")
        nobody.wait(lambda stream: [one for one in stream.documents if one[0] == "ToDo"])
    assert ("Own", own, "insert") in owner.documents
    assert all(hidden not in stream.text for stream in (owner, reader, nobody))
    assert all(own not in stream.text for stream in (reader, nobody))
    assert last not in nobody.text


@defended_by("crm_platform.access.policy:Policy.rows", replace_with=always(EVERYTHING))
def test_B18_the_end_of_a_document_is_no_oracle(live: Live) -> None:
    """Whoever reads only own documents does not hear that others are gone."""
    other = live.create("Own", "of the Administrator")
    with live.listen(OWNER) as owner, live.listen("Administrator") as admin:
        live.site.write(lambda ctx: ctx.store.delete("Own", other))
        admin.wait(until_named(other, "delete"))
        last = live.create("Open", "a sign")
        owner.wait(until_named(last))
    assert other not in owner.text


def test_that_definitions_are_others_is_heard_by_all_and_says_no_more(live: Live) -> None:
    with live.listen(NOBODY) as nobody:
        live.site.doctype("KANARI Later", TITLE)
        nobody.wait(lambda stream: stream.of("definitions"))
    assert nobody.of("definitions")[-1].data == {}
    assert "KANARI" not in nobody.text


@pytest.mark.parametrize("headers", [{}, {"Authorization": "token wrong:key"}, {"Cookie": "sid=0123"}])
@defended_by("crm_platform.api.scope:require_user", replace_with=nothing)
@defended_by("crm_platform.access.identify:require_user", replace_with=nothing)
def test_B20_there_is_no_stream_without_a_session_or_key(live: Live, headers: dict[str, str]) -> None:
    answer = httpx.get(f"{live.url}/api/events", headers=headers, verify=NO_TLS)
    assert answer.status_code in (401, 403)
    assert answer.headers["content-type"] == "application/json"


def test_head_begins_no_stream(live: Live) -> None:
    answer = httpx.head(f"{live.url}/api/events", headers={"Authorization": f"token {live.keys[READER]}"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["cache-control"] == "no-store"


def test_nothing_is_told_of_what_was_rolled_back(live: Live) -> None:
    never = []

    def cause(ctx: Context) -> None:
        never.append(ctx.store.insert(ctx.store.new("Open", {"title": "never"}))["name"])
        raise ValidationError("No.")

    with live.listen(READER) as stream:
        with pytest.raises(ValidationError):
            live.site.write(cause)
        name = live.create("Open", "after it")
        stream.wait(until_named(name))
    assert [one for one in stream.documents if one[1] in never] == []


@defended_by(
    "crm_platform.events.hub:recognised", replace_with=lambda caller, ctx: KNOWN.setdefault(caller, caller(ctx))
)
def test_B12_a_session_that_ends_ends_its_stream(live: Live) -> None:
    user, password = live.user("browser@example.com", "Reader"), "a very good secret 42"
    with httpx.Client(base_url=live.url, verify=NO_TLS) as browser:
        live.site.update("User", user, new_password=password)
        browser.post("/api/method/login", data={"usr": user, "pwd": password}).raise_for_status()
        sid = browser.cookies["sid"]
    with listening(live.url, Cookie=f"sid={sid}") as stream:
        name = live.create("Open", "heard")
        stream.wait(until_named(name))
        live.site.system(lambda ctx: end_sessions(ctx, user))
        later = live.create("Open", "not heard any more")
        stream.wait(lambda one: one.is_over)
    assert [one.event for one in stream.heard][-1] == "end"
    assert later not in stream.text


KNOWN: dict[Any, Any] = {}


@defended_by(
    "crm_platform.events.hub:recognised", replace_with=lambda caller, ctx: KNOWN.setdefault(caller, caller(ctx))
)
def test_B12_a_right_that_is_taken_away_narrows_the_stream(live: Live) -> None:
    user = live.user("narrowed@example.com", "Reader")
    with live.listen(user) as stream, live.listen("Administrator") as admin:
        first = live.create("Open", "heard")
        stream.wait(until_named(first))
        live.site.update("User", user, roles=[])
        second = live.create("Open", "not heard")
        admin.wait(until_named(second))
        live.site.insert("ToDo", user, description="own")
        stream.wait(lambda one: [row for row in one.documents if row[0] == "ToDo"])
    assert second not in stream.text


def test_a_key_that_is_replaced_ends_its_stream(live: Live) -> None:
    user = live.user("replaced@example.com", "Reader")
    with live.listen(user) as stream:
        keys_of(live.site, user)
        stream.wait(lambda one: one.is_over)
    assert [one.event for one in stream.heard][-1] == "end"


def test_listening_does_not_keep_a_session_alive(live: Live) -> None:
    with httpx.Client(base_url=live.url, verify=NO_TLS) as browser:
        browser.post("/api/method/login", data={"usr": "Administrator", "pwd": "admin"}).raise_for_status()
        sid = browser.cookies["sid"]
    seen = live.site.system(lambda ctx: ctx.connection.fetch(SESSION, order_by="-last_seen", limit=1))[0]
    with listening(live.url, Cookie=f"sid={sid}") as stream:
        stream.wait(until_named(live.create("Open", "one")))
    again = live.site.system(lambda ctx: ctx.connection.fetch(SESSION, {"sid_hash": seen["sid_hash"]}))[0]
    assert again["expires"] == seen["expires"]


def test_a_client_that_comes_back_hears_what_it_missed(live: Live) -> None:
    with live.listen(READER) as stream:
        first = live.create("Open", "heard")
        stream.wait(until_named(first))
        last = stream.heard[-1].id
    missed = [live.create("Open", f"missed {number}") for number in range(3)]
    with live.listen(READER, last) as again:
        again.wait(until_named(missed[-1]))
    assert [name for _, name, _ in again.documents if name in (first, *missed)] == missed


def test_a_client_that_was_away_too_long_is_told_to_load_anew(live: Live) -> None:
    with live.listen(READER) as stream:
        first = live.create("Open", "heard")
        stream.wait(until_named(first))
        last = stream.heard[-1].id
    live.site.system(lambda ctx: ctx.connection.next_numbers("_event", SIZE + 1))
    with live.listen(READER, last) as again:
        again.wait(lambda one: one.of("reset"))
        after = live.create("Open", "from now on")
        again.wait(until_named(after))


@pytest.mark.parametrize("last", [-1, 10**17])
def test_a_place_that_never_was_is_no_place(live: Live, last: int) -> None:
    with live.listen(READER, last) as stream:
        stream.wait(until_named(live.create("Open", "now")))


def test_what_another_process_changes_is_heard(live: Live) -> None:
    """As a worker does it: a second opening of the same site."""
    other = TestSite(open_site(live.site.site.folder.path))
    try:
        with live.listen(READER) as stream:
            name = str(other.insert("Open", title="from elsewhere")["name"])
            stream.wait(until_named(name))
    finally:
        other.site.close()


def test_many_changes_at_once_are_told_as_one(live: Live) -> None:
    def many(ctx: Context) -> None:
        ctx.store.insert_many([ctx.store.new("Open", {"title": str(number)}) for number in range(200)])

    with live.listen(READER) as stream, live.listen(NOBODY) as nobody:
        live.site.write(many)
        stream.wait(lambda one: ("Open", "", "many") in one.documents)
        live.site.insert("ToDo", NOBODY, description="own")
        nobody.wait(lambda one: one.documents)
    assert len([one for one in stream.documents if one[0] == "Open"]) == 1
    assert "Open" not in nobody.text


def test_the_progress_of_a_job_is_told_to_its_user(live: Live) -> None:
    def work(job: Job) -> str:
        job.progress(40, "{count} of {total} rows", count=2, total=5)
        return "done"

    with live.listen(READER) as reader, live.listen("Administrator") as admin:
        job = live.site.write(lambda ctx: enqueue(ctx, "steps", {}), READER)
        worker = create_worker(live.site.site, {"steps": Task("steps", work, steps=True)})
        while worker.run_once():
            pass
        reader.wait(lambda one: one.of("job") and one.of("job")[-1].data["state"] == "done")
        admin.wait(until_named(live.create("Open", "a sign")))
    assert all(set(one.data) == {"id", "task", "state", "percent", "sentence"} for one in reader.of("job"))
    assert {one.data["id"] for one in reader.of("job")} == {job}
    assert admin.of("job") == []


def test_a_notification_is_told_to_whom_it_is_for(live: Live) -> None:
    def notify(ctx: Context) -> str:
        values = {"for_user": READER, "from_user": "Administrator", "type": "Alert", "subject": "KANARI"}
        return str(ctx.store.insert(ctx.store.new("Notification Log", values))["name"])

    with live.listen(READER) as reader, live.listen("Administrator") as admin:
        name = live.site.system(notify)
        reader.wait(lambda one: one.of("notification"))
        admin.wait(until_named(live.create("Open", "a sign")))
    assert [one.data for one in reader.of("notification")] == [{"name": name, "event": "insert"}]
    assert "KANARI" not in reader.text
    assert name not in admin.text


def test_a_user_has_only_so_many_streams(live: Live) -> None:
    user = live.user("many@example.com", "Reader")
    with ExitStack() as streams:
        for _ in range(PER_USER):
            streams.enter_context(live.listen(user))
        headers = {"Authorization": f"token {live.keys[user]}"}
        answer = httpx.get(f"{live.url}/api/events", headers=headers, verify=NO_TLS)
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) > 0
        with live.listen(OWNER):
            pass
    until(lambda: is_open(live, user))


def is_open(live: Live, user: str) -> bool:
    """Whether a stream begins: the server notices a moment later that others have ended."""
    try:
        with live.listen(user):
            return True
    except AssertionError:
        return False


def test_without_subscribers_nothing_is_written(site: TestSite) -> None:
    site.insert("ToDo", description="nobody listens")
    site.site.events.close()
    assert site.system(lambda ctx: ctx.connection.fetch(EVENT)) == []
