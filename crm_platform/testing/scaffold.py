"""Makes a new pack from the files in new_pack/: a distribution of its own that passes its tests at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template

from packaging.version import Version

from crm_platform import __version__
from crm_platform.errors import ValidationError
from crm_platform.packs.manifest import PACK_ID, RESERVED_IDS

TEMPLATES = "crm_platform.testing"
FILES: Mapping[str, str] = {
    "pyproject.toml": "pyproject.toml",
    "quality.toml": "quality.toml",
    "README.md": "README.md",
    "package.py": "src/$package/__init__.py",
    "pack.py": "src/$package/pack.py",
    "checks.py": "src/$package/checks.py",
    "py.typed": "src/$package/py.typed",
    "doctype.json": "src/$package/doctypes/$doctype_file.json",
    "module_def.json": "src/$package/fixtures/module_def.json",
    "print_format.json": "src/$package/print_formats/${doctype_file}_sheet.json",
    "print_format.html": "src/$package/print_formats/${doctype_file}_sheet.html",
    "catalogue.po": "src/$package/locale/zh_CN/LC_MESSAGES/$id.po",
    "test_contract.py": "tests/test_contract.py",
    "test_dates.py": "tests/test_dates.py",
}
"""Template → file of the new pack; both are filled in."""


@dataclass(frozen=True)
class NewPack:
    """What a new pack is called: `id` in lower snake case, `title` and its first `doctype` as people read them."""

    id: str
    title: str
    doctype: str

    def words(self) -> Mapping[str, str]:
        """What the templates may name."""
        version = Version(__version__)
        return {
            "id": self.id,
            "title": self.title,
            "doctype": self.doctype,
            "doctype_file": re.sub(r"\W+", "_", self.doctype.lower()),
            "package": f"{self.id}_pack",
            "distribution": f"{self.id.replace('_', '-')}-pack",
            "class_name": re.sub(r"\W+", "", self.title.title()) or "ThisPack",
            "series": re.sub(r"[^A-Z]", "", self.id.upper())[:4],
            "since": f"{version.major}.{version.minor}",
            "before": str(version.major + 1),
        }


def named(pack_id: str, title: str = "", doctype: str = "") -> NewPack:
    """Names of a pack; what is not given is made of the id. Raises ValidationError for an id no pack can have."""
    if not PACK_ID.fullmatch(pack_id) or pack_id in RESERVED_IDS:
        raise ValidationError("{id} cannot be the id of a pack: use lower case letters, digits and _.", id=pack_id)
    title = title or pack_id.replace("_", " ").title()
    return NewPack(pack_id, title, doctype or f"{title} Record")


def make_pack(folder: Path, new: NewPack) -> list[Path]:
    """Write the files of a pack into `folder`, which must not be there or be empty; returns them.

    Raises ValidationError when something is there already: nothing is overwritten.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValidationError("There is something in {folder} already. Name an empty folder.", folder=str(folder))
    words = new.words()
    written = []
    for template, place in FILES.items():
        target = folder / Template(place).substitute(words)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = files(TEMPLATES).joinpath("new_pack", f"{template}.tmpl").read_text(encoding="utf-8")
        target.write_text(Template(text).substitute(words), encoding="utf-8")
        written.append(target)
    return written
