"""File documents: rights follow the record and field, equal content is shared, unused files go."""

from __future__ import annotations

import io
import os
from typing import Any

import pytest

from crm_platform.documents.document import Document
from crm_platform.errors import DoesNotExistError, FileTypeNotAllowedError, PermissionError, ValidationError
from crm_platform.files.attachments import GRACE, Files, Upload
from crm_platform.files.storage import Storage
from crm_platform.testing import TestSite
from support.sabotage import always, defended_by

ALL = {"read": 1, "write": 1, "create": 1, "delete": 1}


@pytest.fixture
def files(site: TestSite) -> Files:
    """Files of a site where `seller` may read Deals, their secret field excepted, and `stranger` may read nothing."""
    site.role("Seller")
    site.user("seller@example.com", "Seller")
    site.user("stranger@example.com")
    site.doctype(
        "Deal",
        {"fieldname": "title", "label": "Title", "fieldtype": "Data"},
        {"fieldname": "secret", "label": "Secret", "fieldtype": "Attach", "permlevel": 2},
        autoname="DEAL-.###",
        max_attachments=3,
        permissions=[{"role": "System Manager", **ALL}, {"role": "Seller", "read": 1}],
    )
    return Files(Storage(site.site.folder.files))


def attach(
    site: TestSite,
    files: Files,
    content: bytes = b"x",
    user: str = "Administrator",
    name: str = "合同.txt",
    **where: Any,
) -> Document:
    upload = Upload(name, io.BytesIO(content), **where)
    stored = site.read(lambda ctx: files.admit(ctx, upload), user) or files.store(upload)
    return site.write(lambda ctx: files.record(ctx, upload, stored), user)


def deal(site: TestSite) -> dict[str, str]:
    return {"doctype": "Deal", "docname": site.insert("Deal", title="生意")["name"]}


def test_a_file_is_found_by_who_may_read_its_record(site: TestSite, files: Files) -> None:
    url = attach(site, files, **deal(site))["file_url"]
    for user in ("Administrator", "seller@example.com"):
        assert site.read(lambda ctx: files.find(ctx, url), user)["file_url"] == url
    for user in ("stranger@example.com", "Guest"):
        with pytest.raises(DoesNotExistError):
            site.read(lambda ctx: files.find(ctx, url), user)


@defended_by(
    "crm_platform.files.attachments:_readable", replace_with=lambda ctx, name: ctx.as_system().store.get("File", name)
)
def test_H01_a_file_of_a_closed_field_is_closed(site: TestSite, files: Files) -> None:
    url = attach(site, files, fieldname="secret", **deal(site))["file_url"]
    with pytest.raises(DoesNotExistError):
        site.read(lambda ctx: files.find(ctx, url), "seller@example.com")
    assert site.read(lambda ctx: files.find(ctx, url))["attached_to_field"] == "secret"


def test_attaching_needs_the_right_to_write(site: TestSite, files: Files) -> None:
    where = deal(site)
    with pytest.raises(PermissionError):
        attach(site, files, user="seller@example.com", **where)
    with pytest.raises((PermissionError, DoesNotExistError)):
        attach(site, files, user="stranger@example.com", **where)
    assert attach(site, files, user="stranger@example.com")["owner"] == "stranger@example.com"


def test_equal_content_shares_a_file_and_still_has_rights_of_its_own(site: TestSite, files: Files) -> None:
    first = attach(site, files, b"same", **deal(site))
    second = attach(site, files, b"same", user="stranger@example.com", name="mine.txt")
    public = attach(site, files, b"same", private=False)
    assert first["file_url"] == second["file_url"] != public["file_url"]
    assert site.read(lambda ctx: files.find(ctx, first["file_url"]), "stranger@example.com")["name"] == second["name"]


def test_a_shared_file_that_went_in_the_meantime_is_not_recorded(site: TestSite, files: Files) -> None:
    first = attach(site, files, b"same")
    upload = Upload("b.txt", io.BytesIO(b"same"))
    stored = site.read(lambda ctx: files.admit(ctx, upload))
    assert stored is not None
    assert stored.shared
    site.write(lambda ctx: ctx.store.delete("File", first["name"]))
    with pytest.raises(ValidationError, match="Upload it again"):
        site.write(lambda ctx: files.record(ctx, upload, stored))


def test_a_record_takes_only_so_many_files(site: TestSite, files: Files) -> None:
    where = deal(site)
    for number in range(3):
        attach(site, files, str(number).encode(), **where)
    with pytest.raises(ValidationError, match="At most 3 files"):
        attach(site, files, b"one more", **where)


def test_a_field_that_is_not_there_takes_no_file(site: TestSite, files: Files) -> None:
    with pytest.raises(ValidationError, match="no field nope"):
        attach(site, files, fieldname="nope", **deal(site))


@defended_by("crm_platform.files.attachments:check_kind", replace_with=always("TXT"))
def test_F05_a_name_that_lies_about_the_content_is_refused(site: TestSite, files: Files) -> None:
    with pytest.raises(FileTypeNotAllowedError):
        attach(site, files, b"MZ\x90", name="invoice.pdf")
    assert attach(site, files, b"%PDF-1.7\n%abc", name="invoice.pdf")["file_type"] == "PDF"
    assert attach(site, files, b"\x89PNG\r\n\x1a\n" + b"0" * 20, name="no-extension")["file_type"] == "PNG"


@defended_by("crm_platform.files.attachments:GRACE", replace_with=-1.0)
def test_X06_only_files_without_a_document_are_swept_and_only_after_a_while(site: TestSite, files: Files) -> None:
    kept, gone = attach(site, files, b"kept"), attach(site, files, b"gone")
    fresh = files.store(Upload("on-its-way.txt", io.BytesIO(b"fresh")))
    site.write(lambda ctx: ctx.store.delete("File", gone["name"]))
    for document in (kept, gone):
        path = files.storage.path_of(document["file_url"])
        assert path is not None
        old = path.stat().st_mtime - GRACE - 60
        os.utime(path, (old, old))
    assert site.read(files.sweep) == 1
    left = {files.storage.path_of(url) for url in files.storage.urls(float("inf"))}
    assert left == {files.storage.path_of(kept["file_url"]), fresh.path}
