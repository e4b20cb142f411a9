"""The manifest and the worker that make the interface installable."""

from __future__ import annotations

from pathlib import Path

from crm_platform.desk.installing import manifest_of
from support.api_site import Api


def test_the_manifest_names_the_site_and_icons_that_exist() -> None:
    made = manifest_of("宏远销售")
    assert (made["name"], made["start_url"], made["display"]) == ("宏远销售", "/app", "standalone")
    public = Path(__file__).parents[2] / "frontend" / "public"
    assert all((public / icon["src"].lstrip("/")).is_file() for icon in made["icons"])


def test_the_manifest_is_served_to_everybody(api: Api) -> None:
    answer = api.client().get("/manifest.webmanifest")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/manifest+json")


def test_the_worker_is_looked_at_again_each_time(api: Api) -> None:
    answer = api.client().get("/sw.js")
    assert answer.status_code in (200, 404)  # 404 where the interface has not been built
    assert answer.headers["cache-control"] == "no-cache"
