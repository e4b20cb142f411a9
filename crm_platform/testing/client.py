"""A client of a site's REST API in this process: what a browser or a program would send, without a server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from crm_platform.app import create_application
from crm_platform.documents.context import ADMINISTRATOR
from crm_platform.testing.sites import ADMIN_PASSWORD, TestSite


class Client:
    """Sends requests to an ASGI application and waits for the answers; keeps cookies as a browser does."""

    def __init__(self, app: Any, runner: asyncio.Runner) -> None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._http = httpx.AsyncClient(transport=transport, base_url="http://testserver")
        self._runner = runner

    def request(self, verb: str, path: str, **parts: Any) -> httpx.Response:
        """One request; `parts` are httpx's (json, data, params, headers)."""
        return self._runner.run(self._http.request(verb, path, **parts))

    def get(self, path: str, **parts: Any) -> httpx.Response:
        return self.request("GET", path, **parts)

    def post(self, path: str, **parts: Any) -> httpx.Response:
        return self.request("POST", path, **parts)

    def put(self, path: str, **parts: Any) -> httpx.Response:
        return self.request("PUT", path, **parts)

    def delete(self, path: str, **parts: Any) -> httpx.Response:
        return self.request("DELETE", path, **parts)


@contextmanager
def signed_in(site: TestSite, user: str = ADMINISTRATOR, password: str = ADMIN_PASSWORD) -> Iterator[Client]:
    """A client in which `user` is signed in to `site`."""
    with asyncio.Runner() as runner:
        client = Client(create_application(site.site), runner)
        client.post("/api/method/login", data={"usr": user, "pwd": password}).raise_for_status()
        yield client
