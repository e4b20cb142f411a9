"""Pictures come from the snapshot and from nowhere else: no file, no network, no interpreter."""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from socket import create_server
from threading import Thread

import pytest

from crm_platform.errors import PrintFormatError
from crm_platform.files.attachments import Upload
from crm_platform.printing.service import Printing
from crm_platform.testing import TestSite
from support.printing import attach, own_format, pages, require_pango, snapshot
from support.sabotage import defended_by

from .conftest import CLERK

CANARY = "canary-7f3a-in-a-file"


def png() -> bytes:
    """One red point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00\xff\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def upload(name: str, *, private: bool = True, doctype: str = "", docname: str = "", fieldname: str = "") -> Upload:
    return Upload(name, BytesIO(png()), private, doctype, docname, fieldname)


def test_a_readable_picture_is_put_in(shop: TestSite, press: Printing) -> None:
    file = attach(shop, upload("图 片.png", doctype="Trial Order", docname="TO-1"))
    shop.update("Trial Order", "TO-1", photo=file["file_url"])
    page = press.make("html", snapshot(shop, "Trial Order", "TO-1", CLERK)).decode()
    assert f'src="data:image/png;base64,{b64encode(png()).decode()}"' in page


@defended_by(
    "crm_platform.files.attachments:Files.find",
    replace_with=lambda files, ctx, url: ctx.as_system().store.get(
        "File", ctx.as_system().store.list("File", filters={"file_url": url})[0]["name"]
    ),
)
def test_B11_a_picture_that_the_caller_may_not_read_stays_out(shop: TestSite, press: Printing) -> None:
    secret = attach(shop, upload("secret.png"))["file_url"]
    shop.update("Trial Order", "TO-1", photo=secret, note=f'<p>x</p><img src="{secret}">')
    own_format(shop, "Trial Order", f"<img src='{secret}'>{{{{ doc.note }}}}", f"body {{ background: url({secret}) }}")
    for wanted in ("", "Test Format"):
        taken = snapshot(shop, "Trial Order", "TO-1", CLERK, print_format=wanted)
        assert taken.assets == {}
        assert "secret.png" not in press.make("html", taken).decode()


def test_template_and_letterhead_bring_their_pictures(shop: TestSite, press: Printing) -> None:
    logo = attach(shop, upload("logo.png", private=False))["file_url"]
    head = attach(shop, upload("head.png"))["file_url"]
    shop.insert("Letter Head", letter_head_name="Main", is_default=1, source="Image", image=head)
    own_format(shop, "Trial Order", f"{{{{ letterhead }}}}<img src='{logo}'>", f"p {{ background: url({logo}) }}")
    page = press.make("html", snapshot(shop, "Trial Order", "TO-1", CLERK, print_format="Test Format")).decode()
    assert page.count("data:image/png;base64,") == 3


@contextmanager
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """A server on loopback that must not be reached."""
    heard: list[bytes] = []
    with create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        done: list[bool] = []

        def listen() -> None:
            while not done:
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                heard.append(connection.recv(1000))
                connection.close()

        thread = Thread(target=listen)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}", heard
        finally:
            done.append(True)
            thread.join()


def hostile(address: str) -> tuple[str, str]:
    """Every way in which a page asks for something, all for `address`."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{address}/svg"/></svg>'
    packed = b64encode(svg.encode()).decode()
    html = f"""
    <link rel="stylesheet" href="{address}/link"><link rel="attachment" href="{address}/attachment">
    <style>@import url("{address}/style"); body {{ background: url({address}/inline) }}</style>
    <base href="{address}/"><img src="{address}/img"><img src="relative.png"><img src="//{address[7:]}/scheme">
    <img src="data:image/svg+xml;base64,{packed}"><object data="{address}/object"></object>
    <embed src="{address}/embed"><iframe src="{address}/frame"></iframe><a rel="attachment" href="{address}/a">x</a>
    <p style="background: url('{address}/attr'); list-style-image: url({address}/list)">text</p>
    <meta http-equiv="refresh" content="0;url={address}/meta"><video poster="{address}/poster"></video>
    """
    css = f"""@import "{address}/import"; @font-face {{ font-family: x; src: url({address}/font) }}
    p {{ font-family: x; content: url({address}/content); border-image: url({address}/border) }}"""
    return html, css


def test_E02_no_connection_is_made(shop: TestSite, press: Printing) -> None:
    require_pango()
    with listener() as (address, heard):
        own_format(shop, "Trial Order", *hostile(address))
        pdf = press.make("pdf", snapshot(shop, "Trial Order", "TO-1", print_format="Test Format"))
    assert "text" in "".join(pages(pdf))
    assert heard == []


@pytest.mark.parametrize("form", ["file://{path}", "{path}", "file:{path}", "FILE://{path}"])
def test_E01_no_file_is_read(shop: TestSite, press: Printing, tmp_path: Path, form: str) -> None:
    require_pango()
    canary = tmp_path / "canary.txt"
    canary.write_text(CANARY)
    address = form.format(path=canary)
    html, css = hostile(address)
    embedded = (
        f'<link rel="attachment" href="{address}"><img src="{address}"><a rel="attachment" href="{address}">a</a>'
    )
    own_format(shop, "Trial Order", html + embedded, css + f'@import "{address}";')
    pdf = press.make("pdf", snapshot(shop, "Trial Order", "TO-1", print_format="Test Format"))
    assert CANARY.encode() not in pdf
    assert b"EmbeddedFile" not in pdf
    assert "text" in "".join(pages(pdf))


def test_E01_a_colour_profile_that_is_refused_is_a_fault_of_the_format(shop: TestSite, press: Printing) -> None:
    require_pango()
    own_format(shop, "Trial Order", "x", "@color-profile device-cmyk { src: url(file:///etc/passwd) }")
    with pytest.raises(PrintFormatError, match="No PDF can be made"):
        press.make("pdf", snapshot(shop, "Trial Order", "TO-1", print_format="Test Format"))


def test_E02_no_interpreter_is_started(
    shop: TestSite, press: Printing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_pango()
    marker = tmp_path / "ghostscript-ran"
    program = tmp_path / "gs"
    program.write_text(f"#!/bin/sh\ntouch {marker}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    eps = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n%%EOF\n"
    own_format(shop, "Trial Order", f'<p>text</p><img src="data:image/x-eps;base64,{b64encode(eps).decode()}">')
    pdf = press.make("pdf", snapshot(shop, "Trial Order", "TO-1", print_format="Test Format"))
    assert "text" in "".join(pages(pdf))
    assert not marker.exists()
