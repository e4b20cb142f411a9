"""A site that `crm-platform` really serves, and sessions on it: processes of their own behind a socket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from crm_platform.testing.sites import ADMIN_PASSWORD
from support import commands
from support.commands import NO_TLS, PATIENCE, PROGRAM


@dataclass(frozen=True, slots=True)
class ServedSite:
    """A site being served at `url`."""

    folder: Path
    url: str
    program: Sequence[str] = PROGRAM

    def run(self, *arguments: str) -> str:
        """Run a `crm-platform` command on this site, while it is served; it must succeed."""
        return commands.done(*arguments, "--site", self.folder, program=self.program)

    @contextmanager
    def client(self, user: str = "Administrator", password: str = ADMIN_PASSWORD) -> Iterator[httpx.Client]:
        """A client that is signed in until the end of the block."""
        with httpx.Client(base_url=self.url, timeout=PATIENCE, verify=NO_TLS) as client:
            client.post("/api/method/login", data={"usr": user, "pwd": password}).raise_for_status()
            yield client
            client.post("/api/method/logout")  # a user has only so many sessions

    def session(self, user: str = "Administrator", password: str = ADMIN_PASSWORD) -> str:
        """The id of a session that lasts as long as the site, for a browser's cookie."""
        signed = {"usr": user, "pwd": password}
        answer = httpx.post(f"{self.url}/api/method/login", data=signed, timeout=PATIENCE, verify=NO_TLS)
        return answer.cookies["sid"]

    def api_key(self, user: str = "Administrator") -> str:
        """Make an API key for `user`: "key:secret"."""
        with self.client() as client:
            made = client.post("/api/method/frappe.core.doctype.user.user.generate_keys", json={"user": user})
            key = client.get(f"/api/resource/User/{user}").json()["data"]["api_key"]
            return f"{key}:{made.json()['message']['api_secret']}"


def create(client: httpx.Client, doctype: str, **values: Any) -> dict[str, Any]:
    """Create a document over REST and return it."""
    answer = client.post(f"/api/resource/{doctype}", json=values)
    assert answer.status_code == 200, answer.text
    created: dict[str, Any] = answer.json()["data"]
    return created


@contextmanager
def serving(folder: Path, program: Sequence[str] = PROGRAM) -> Iterator[ServedSite]:
    """Serve the site in `folder` on a free port until the end of the block; `program` is what stands for
    `crm-platform`."""
    with commands.serving(folder, program=program) as server:
        yield ServedSite(folder, str(server.client.base_url).rstrip("/"), program)
