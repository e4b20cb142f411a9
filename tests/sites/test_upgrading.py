"""A site that was made with an older version: it says so, is brought up to date, and has lost nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg
import pytest

from crm_platform.errors import ValidationError
from crm_platform.sites.create import migrate
from crm_platform.sites.folder import SiteFolder
from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite
from support.sabotage import defended_by, nothing

NEWER = (
    'DROP TABLE "tabAutomation Rule"',
    'DROP TABLE "tabWebhook"',
    'ALTER TABLE "tabUser" DROP COLUMN "restrict_ip"',
)
"""What a later version has brought."""


def make_older(site: TestSite) -> Path:
    """Take away what a later version has brought, past our code; the folder of the closed site."""
    customer = site.insert("Customer", customer_name="上海公司").name
    assert site.get("Customer", customer).customer_name == "上海公司"
    folder = site.site.folder.path
    url = SiteFolder(folder).database_url(site.site.settings)
    site.site.close()
    if url.startswith("postgresql"):
        with psycopg.connect(url) as connection:
            for statement in NEWER:
                connection.execute(statement)
    else:
        with sqlite3.connect(folder / "site.db") as connection:
            for statement in NEWER:
                connection.execute(statement)
    return folder


@defended_by("crm_platform.sites.model:ModelSource._refuse_older", replace_with=nothing)
def test_X31_an_older_site_says_so_and_is_brought_up_to_date(site: TestSite) -> None:
    folder = make_older(site)
    older = open_site(folder)
    with pytest.raises(ValidationError, match="crm-platform migrate"):
        older.runtime.read(lambda ctx: ctx.definitions)
    migrate(older)
    site.site = older
    (row,) = site.read(lambda ctx: ctx.store.list("Customer", fields=("customer_name",)))
    assert row["customer_name"] == "上海公司"
    user = site.user("li@example.com", "Sales User")
    site.update("User", user, restrict_ip="10.0.0.1")
    rule = {"rule_name": "R", "document_type": "Customer", "trigger": "Created", "condition": "doc.customer_name"}
    site.insert(
        "Automation Rule", **rule, actions=[{"action": "Set Fields", "field_values": '{"website": "https://a.cn"}'}]
    )
    assert site.get("Customer", site.insert("Customer", customer_name="Acme").name).website == "https://a.cn"
