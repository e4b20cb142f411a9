"""Whether the pages of a pack's DocTypes and reports come: definition, list, document and result, over the API; and the
list for every role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from urllib.parse import quote

from crm_platform.errors import CRMError
from crm_platform.metadata.model import DocType
from crm_platform.testing.client import Client
from crm_platform.testing.samples import write_sample
from crm_platform.testing.sites import TestSite

PAGE = 20
AUTOMATIC = frozenset({"Guest", "All", "Desk User", "Administrator"})
"""Roles that nobody is given."""


def faults_of_views(site: TestSite, client: Client, doctype: DocType) -> list[str]:
    """One sentence per page of `doctype` that does not come; a sample with all values is written for it."""
    document = "" if doctype.issingle else site.system(partial(write_sample, doctype=doctype.name, filled=True))
    requests = dict(_requests(doctype, document))
    return [
        fault for what, path in requests.items() if (fault := fault_of_answer(client, f"{doctype.name}: {what}", path))
    ]


def faults_of_roles(site: TestSite, doctypes: Iterable[DocType]) -> list[str]:
    """One sentence per role that may read one of `doctypes` and does not get its list: what row filters answer depends
    on who asks, and nothing narrows the Administrator."""
    return [
        f"{doctype.name}: the list does not come for the role {role}: {fault}"
        for doctype in doctypes
        for role in sorted({row.role for row in doctype.permissions if "read" in row.actions} - AUTOMATIC)
        if (fault := _fault_of_list(site, doctype.name, role))
    ]


def _fault_of_list(site: TestSite, doctype: str, role: str) -> str:
    user = f"{quote(role.lower())}@kit.invalid"
    try:
        if not site.read(lambda ctx: ctx.store.exists("User", user)):
            site.user(user, role)
        site.read(lambda ctx: ctx.store.list(doctype, limit=PAGE), user)
    except CRMError as error:
        return str(error)
    return ""


def fault_of_answer(client: Client, what: str, path: str) -> str:
    """The sentence that tells which page did not come, and why; empty when it did."""
    answer = client.get(path)
    if answer.is_success:
        return ""
    reason = next((error["message"] for error in answer.json().get("errors", ())), answer.json().get("exception", ""))
    return f"{what} does not come ({answer.status_code}): {reason}"


def _requests(doctype: DocType, document: str) -> Iterator[tuple[str, str]]:
    """(page, path of what it reads) of a DocType."""
    address = quote(doctype.name, safe="")
    yield "the form", f"/api/method/crm.desk.meta?doctype={address}"
    if doctype.issingle:
        yield "the document", f"/api/resource/{address}/{address}"
        return
    yield "the list", f'/api/resource/{address}?fields=["*"]&limit={PAGE}'
    yield "the document", f"/api/resource/{address}/{quote(document, safe='')}"
