"""The built interface: its start page and the files that it loads, found by exact address."""

from __future__ import annotations

import gzip
import mimetypes
from dataclasses import dataclass, field
from html import escape
from importlib.resources import files
from importlib.resources.abc import Traversable

TOKEN = '<meta name="csrf-token" content="" />'  # noqa: S105 the place for a token
START_PAGE = "index.html"
COMPRESSED = ("text/", "application/json", "application/manifest+json", "image/svg+xml")
WORTH_IT = 1024
"""Smaller files do not gain by compression."""

NOT_BUILT = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>crm-platform</title></head>
<body>
<h1>The interface has not been built</h1>
<p>The API works, but this installation has no interface. Build it in the folder of the source code:</p>
<pre>cd frontend
npm ci
npm run build</pre>
<p>Then reload this page. A package that was installed with <code>pip install .</code> contains the interface.</p>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its content, plain and compressed (empty when that is not worth it), and its media type."""

    content: bytes
    media_type: str
    compressed: bytes = b""


@dataclass
class Interface:
    """The files below `folder`, each read when it is first asked for; other names are not found."""

    folder: Traversable = field(default_factory=lambda: files("crm_platform.desk") / "static")
    _known: dict[str, Asset] = field(default_factory=dict)

    @property
    def is_built(self) -> bool:
        return (self.folder / START_PAGE).is_file()

    def start_page(self, csrf_token: str) -> str:
        """index.html with the session's token in its place."""
        page = (self.folder / START_PAGE).read_text("utf-8")
        return page.replace(TOKEN, TOKEN.replace('""', f'"{escape(csrf_token)}"'), 1)

    def asset(self, path: str) -> Asset | None:
        """The file at /assets/<path>; None when there is none."""
        known = self._known.get(path)
        if known is None:
            file = self._find(path)
            if file is None:
                return None
            known = self._known[path] = load(file)
        return known

    def _find(self, path: str) -> Traversable | None:
        """Walk down by names that each folder lists itself: no address leads out of it."""
        found: Traversable = self.folder / "assets"
        for part in path.split("/"):
            inside = {child.name: child for child in found.iterdir()} if found.is_dir() else {}
            if part not in inside:
                return None
            found = inside[part]
        return found if found.is_file() else None


def load(file: Traversable) -> Asset:
    content = file.read_bytes()
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    textual = media_type.startswith(COMPRESSED) or media_type.endswith("javascript")
    compressed = gzip.compress(content, 9, mtime=0) if textual and len(content) >= WORTH_IT else b""
    return Asset(content, media_type, compressed)
