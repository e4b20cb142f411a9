"""Uploading and serving files over HTTP (contract §14, attacks H01, H02, H08, F01, F05, F10)."""

from __future__ import annotations

from hashlib import md5
from typing import Any

import httpx
import pytest

from support.api_site import Api, Client, create
from support.sabotage import always, defended_by, unchanged
from support.sabotage_files import any_file, any_path

UPLOAD = "/api/method/upload_file"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


def upload(client: Client, content: bytes, sent_as: str = "a.txt", **fields: str) -> httpx.Response:
    return client.post(UPLOAD, files={"file": (sent_as, content, "text/html")}, data=fields)


def stored(client: Client, content: bytes, sent_as: str = "a.txt", **fields: str) -> dict[str, Any]:
    answer = upload(client, content, sent_as, **fields)
    assert answer.status_code == 200, answer.text
    message: dict[str, Any] = answer.json()["message"]
    return message


@pytest.fixture(scope="module")
def name(api: Api) -> str:
    return str(create(api.admin, "Bench Customer", {"customer_name": "附件"})["name"])


def test_an_upload_is_private_and_belongs_to_its_document(api: Api, name: str) -> None:
    content = "合同正文".encode()
    file = stored(api.admin, content, "合同.txt", doctype="Bench Customer", docname=name)
    assert file["file_url"] == "/private/files/合同.txt"
    assert (file["is_private"], file["file_size"], file["file_type"]) == (1, len(content), "TXT")
    assert file["content_hash"] == md5(content).hexdigest()
    assert (file["attached_to_doctype"], file["attached_to_name"]) == ("Bench Customer", name)
    served = api.admin.get(file["file_url"])
    assert (served.status_code, served.content) == (200, content)


@defended_by(
    "crm_platform.files.attachments:Files.find",
    replace_with=lambda files, ctx, url: ctx.as_system().store.get(
        "File", ctx.as_system().store.list("File", filters={"file_url": url})[0]["name"]
    ),
)
def test_H01_a_file_is_read_by_who_may_read_its_document(api: Api, name: str) -> None:
    order = create(api.admin, "Bench Order", {"title": "x"})["name"]
    closed = stored(api.admin, b"CANARY", "closed.txt", doctype="Bench Order", docname=order)["file_url"]
    opened = stored(api.admin, b"open to readers", "opened.txt", doctype="Bench Customer", docname=name)["file_url"]
    assert api.desk.get(opened).content == b"open to readers"
    for client in (api.desk, api.limited, api.guest):
        refused, missing = client.get(closed), client.get("/private/files/nothing.txt")
        assert refused.status_code == missing.status_code == 404
        assert refused.text.replace("closed", "nothing") == missing.text
    assert api.guest.get(opened).status_code == 404


@defended_by(
    "crm_platform.files.attachments:Files.find",
    replace_with=lambda files, ctx, url: ctx.as_system().store.get(
        "File", ctx.as_system().store.list("File", filters={"file_url": url})[0]["name"]
    ),
)
def test_H01_a_file_of_another_is_not_taken_over_by_its_address(api: Api) -> None:
    url = stored(api.admin, b"CANARY of the administrator", "mine.txt")["file_url"]
    answer = api.desk.post("/api/resource/File", json={"file_name": "theirs.txt", "file_url": url})
    assert answer.status_code == 403
    assert api.desk.get(url).status_code == 404


def test_a_public_file_is_for_everybody(api: Api) -> None:
    file = stored(api.admin, b"brochure", "brochure.txt", is_private="0")
    assert file["file_url"] == "/files/brochure.txt"
    assert api.guest.get(file["file_url"]).content == b"brochure"
    assert api.guest.get("/private" + file["file_url"]).status_code == 404


def test_the_same_content_is_stored_once(api: Api) -> None:
    first, second = (stored(api.admin, b"the same again", f"{n}.txt") for n in ("one", "two"))
    assert first["file_url"] == second["file_url"]
    assert first["name"] != second["name"]


def test_another_content_under_a_taken_name_gets_an_address_of_its_own(api: Api) -> None:
    first, second = (stored(api.admin, f"{n}".encode(), "taken.txt") for n in (1, 2))
    assert second["file_url"] != first["file_url"]
    assert api.admin.get(first["file_url"]).content == b"1"
    assert api.admin.get(second["file_url"]).content == b"2"


@defended_by("crm_platform.files.attachments:safe_name", replace_with=unchanged)
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../evil.txt", "evil.txt"),
        ("..\\..\\evil2.txt", "evil2.txt"),
        (".htaccess", "htaccess"),
        ("with\nnewline.txt", "withnewline.txt"),
        ("trailing. ", "trailing"),
        ("50%25?#.txt", "50_25__.txt"),
    ],
)
def test_H02_H08_F10_a_hostile_name_is_made_harmless(api: Api, given: str, kept: str) -> None:
    file = stored(api.admin, given.encode(), "x.txt", file_name=given)
    assert (file["file_name"], file["file_url"]) == (kept, f"/private/files/{kept}")


TRAVERSALS = (
    "/private/files/../../site.json",
    "/private/files/..%2f..%2fsite.json",
    "/private/files/%2e%2e/%2e%2e/site.json",
    "/files/..%2f..%2f..%2fsecret.key",
    "/files/..%5c..%5csite.json",
    "/files/%00",
    "/files/.",
    "/private/files/",
    "/files//etc/passwd",
    "/assets/../index.html",
    "/assets/..%2f..%2f__init__.py",
)


@defended_by("crm_platform.files.storage:Storage.path_of", replace_with=any_path)
@defended_by("crm_platform.files.attachments:Files.find", replace_with=any_file)
@pytest.mark.parametrize("url", TRAVERSALS)
def test_H02_no_address_leads_out_of_the_folders(api: Api, url: str) -> None:
    answer = api.admin.get(httpx.URL(f"http://testserver{url}"))
    assert answer.status_code == 404
    assert "schema_version" not in answer.text


@defended_by("crm_platform.api.files:media_type", replace_with=always(("text/html", True)))
def test_F01_F05_only_pictures_and_pdfs_are_shown(api: Api) -> None:
    script = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    picture, svg, page = (
        api.admin.get(stored(api.admin, content, name)["file_url"])
        for content, name in ((PNG, "p.png"), (script, "p.svg"), (b"<html><script>1</script>", "p.html"))
    )
    assert picture.headers["content-type"] == "image/png"
    assert picture.headers["content-disposition"].startswith("inline")
    for answer in (svg, page):
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment")
    assert "default-src 'none'" in svg.headers["content-security-policy"]
    assert svg.headers["x-content-type-options"] == "nosniff"


@defended_by("crm_platform.files.attachments:check_kind", replace_with=always("TXT"))
def test_F05_a_file_that_is_not_what_it_says_is_refused(api: Api) -> None:
    answer = upload(api.admin, b"<script>1</script>", "picture.png")
    assert (answer.status_code, answer.json()["exc_type"]) == (417, "FileTypeNotAllowedError")


def test_a_file_name_in_chinese_comes_back_whole(api: Api) -> None:
    url = stored(api.admin, "报价".encode(), "报价 单.txt")["file_url"]
    header = api.admin.get(url).headers["content-disposition"]
    assert "filename*=UTF-8''%E6%8A%A5%E4%BB%B7%20%E5%8D%95.txt" in header


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "no file": ({"data": {"is_private": "1"}}, 417, "MandatoryError"),
    "two files": ({"files": [("file", ("a", b"1")), ("file", ("b", b"2"))]}, 417, "ValidationError"),
    "no boundary": ({"content": b"x", "headers": {"content-type": "multipart/form-data"}}, 417, "ValidationError"),
    "too many fields": ({"files": {f"f{n}": (None, "x") for n in range(200)}}, 417, "ValidationError"),
    "too large": ({"files": {"file": ("big.bin", b"0" * (26 << 20))}}, 413, "EntityTooLargeError"),
    "no name": ({"files": {"file": ("..", b"1")}}, 417, "ValidationError"),
    "no truth": ({"files": {"file": ("a", b"1")}, "data": {"is_private": "maybe"}}, 417, "ValidationError"),
    "missing document": (
        {"files": {"file": ("a", b"1")}, "data": {"doctype": "Bench Customer", "docname": "NOPE"}},
        404,
        "DoesNotExistError",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_wrong_upload_is_refused(api: Api, case: str) -> None:
    parts, status, kind = REFUSED[case]
    answer = api.admin.post(UPLOAD, **parts)
    assert (answer.status_code, answer.json()["exc_type"]) == (status, kind)


def test_attaching_needs_the_right_to_change(api: Api, name: str) -> None:
    assert upload(api.desk, b"x", doctype="Bench Customer", docname=name).status_code == 403
    assert upload(api.guest, b"x").status_code == 403


def test_a_part_of_a_file_may_be_asked_for(api: Api) -> None:
    url = stored(api.admin, b"0123456789", "digits.txt")["file_url"]
    answer = api.admin.get(url, headers={"range": "bytes=2-4"})
    assert (answer.status_code, answer.content) == (206, b"234")
    many = ",".join(f"{n}-{n}" for n in range(0, 4000, 2))
    assert api.admin.get(url, headers={"range": f"bytes={many}"}).status_code in (200, 206, 400, 416)
