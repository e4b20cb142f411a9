"""What a file is, judged by its content."""

from __future__ import annotations

import pytest

from crm_platform.errors import FileTypeNotAllowedError
from crm_platform.files.kinds import DOWNLOAD, check_kind, media_type
from support.sabotage import defended_by

PDF, PNG, JPEG = b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n" + b"\0" * 16, b"\xff\xd8\xff\xe0" + b"\0" * 16
HTML, SVG, TEXT = b"<html><script>1</script>", b"<svg><script>1</script></svg>", "正文".encode()


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.pdf", PDF, "PDF"),
        ("a.jpeg", JPEG, "JPG"),
        ("a.JPG", JPEG, "JPG"),
        ("photo", PNG, "PNG"),
        ("a.txt", TEXT, "TXT"),
        ("a.csv", b"", "CSV"),
        ("a.txt", PNG, "PNG"),
    ],
)
def test_the_kind_is_that_of_the_content(name: str, head: bytes, kind: str) -> None:
    assert check_kind(name, head) == kind


@defended_by("crm_platform.files.kinds:INLINE", replace_with={})
@pytest.mark.parametrize(("name", "head"), [("a.pdf", HTML), ("a.PNG", SVG), ("a.gif", PNG), ("a.webp", b"")])
def test_H08_a_name_that_claims_another_kind_is_refused(name: str, head: bytes) -> None:
    with pytest.raises(FileTypeNotAllowedError):
        check_kind(name, head)


@pytest.mark.parametrize(("head", "shown"), [(PNG, "image/png"), (PDF, "application/pdf"), (JPEG, "image/jpeg")])
def test_pictures_and_pdfs_are_shown(head: bytes, shown: str) -> None:
    assert media_type(head) == (shown, True)


@defended_by("crm_platform.files.kinds:INLINE", replace_with={"": "text/html"})
@pytest.mark.parametrize("head", [HTML, SVG, TEXT, b"", b"PK\x03\x04", b"MZ"])
def test_F01_everything_else_is_saved(head: bytes) -> None:
    assert media_type(head) == (DOWNLOAD, False)
