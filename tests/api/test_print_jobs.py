"""crm.printing.start: many documents as a job, in one zip file of the caller's own."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from crm_platform.api.print_jobs import AT_ONCE, PRINT, print_task
from crm_platform.app import create_worker
from crm_platform.files.attachments import Files
from crm_platform.files.storage import Storage
from support.api_site import DESK_USER, Api, PlainPrinting, create

START = "/api/method/crm.printing.start"


def finished(api: Api, user: str, **asked: Any) -> dict[str, Any]:
    """The result of a print job of `user`."""
    answer = api.client(user).post(START, json=asked)
    assert answer.status_code == 200, answer.text
    job = answer.json()["message"]["job"]
    task = print_task(PlainPrinting(), Files(Storage(api.site.folder.files)))  # type: ignore[arg-type]
    worker = create_worker(api.site, {PRINT: task})
    while True:
        found = api.client(user).get("/api/method/crm.jobs.get", params={"job": job}).json()["message"]
        if found["state"] == "done":
            return dict(found["result"])
        assert found["state"] in ("queued", "running"), found
        assert worker.run_once()


def test_many_documents_are_pdfs_of_fifty_in_a_zip_file(api: Api) -> None:
    names = [str(create(api.admin, "Bench Customer", {"customer_name": f"打印 {n}"})["name"]) for n in range(52)]
    wanted = {"doctype": "Bench Customer", "names": [*names, "NOPE"], "format": "报价单", "language": "zh"}
    result = finished(api, "Administrator", **wanted, letterhead="华东")
    assert (result["printed"], [one["name"] for one in result["refused"]]) == (52, ["NOPE"])
    assert "NOPE" in result["refused"][0]["reason"]
    with ZipFile(BytesIO(api.admin.get(result["file_url"]).content)) as archive:
        parts = {name: archive.read(name).decode().splitlines()[1:] for name in archive.namelist()}
    assert list(parts) == ["Bench Customer 1-50.pdf", "Bench Customer 51-53.pdf"]
    assert [line for lines in parts.values() for line in lines] == [
        f"Bench Customer {name} 报价单 zh 华东" for name in names
    ]
    assert api.client(DESK_USER).get(result["file_url"]).status_code == 404, "the file is the caller's own"


def test_nothing_printed_is_no_file(api: Api) -> None:
    result = finished(api, "Administrator", doctype="Bench Customer", names=["NOPE", "NEITHER"])
    assert (result["file_url"], result["printed"], len(result["refused"])) == ("", 0, 2)


@pytest.mark.parametrize(
    ("user", "asked", "status"),
    [
        ("Administrator", {"doctype": "Bench Customer", "names": []}, 417),
        ("Administrator", {"doctype": "Bench Customer", "names": ["a"] * 5001}, 417),
        ("Administrator", {"doctype": "Bench Customer", "names": [1]}, 417),
        ("Administrator", {"doctype": "Nope", "names": ["a"]}, 404),
        (DESK_USER, {"doctype": "Role", "names": ["System Manager"]}, 403),
        ("", {"doctype": "Bench Customer", "names": ["a"]}, 403),
    ],
)
def test_what_cannot_be_printed_is_refused_at_once(api: Api, user: str, asked: dict[str, Any], status: int) -> None:
    assert api.client(user).post(START, json=asked).status_code == status


def test_one_user_has_few_such_jobs_at_once(api: Api) -> None:
    asked = {"doctype": "Bench Customer", "names": ["NOPE"]}
    printer, other = (api.make_user(f"{name}@example.com", "Bench Role", "System Manager") for name in ("p1", "p2"))
    answers = [printer.post(START, json=asked) for _ in range(AT_ONCE + 1)]
    assert [answer.status_code for answer in answers] == [200] * AT_ONCE + [429]
    assert "Wait for one of them or cancel it" in answers[-1].json()["exception"]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert other.post(START, json=asked).status_code == 200, "what one user has queued is no business of another"
    first = answers[0].json()["message"]["job"]
    assert printer.post("/api/method/crm.jobs.cancel", json={"job": first}).status_code == 200
    assert printer.post(START, json=asked).status_code == 200
