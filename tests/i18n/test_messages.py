"""Every text that the code says has a Chinese entry with the same placeholders, and no entry is left over."""

from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from crm_platform.desk.engine_actions import ENGINE_ACTIONS
from crm_platform.doctypes.standard import MODULES
from crm_platform.metadata.generated import generated_fields
from crm_platform.metadata.model import PERMISSION_ACTIONS
from crm_platform.testing.messages import texts_in

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "crm_platform"
PACKS = sorted(path for path in (ROOT / "plugins").iterdir() if (path / "locale").is_dir())
FOR_OPERATORS = ("cli", "serving", "testing", "demo", "sites/health.py")
"""Read on a terminal, which speaks English only."""

NOT_CODE = ("plugins", "print_formats", "workflows")
"""Links to folders of data: test_definitions.py looks there."""


def sources(folder: Path, left_out: tuple[str, ...] = ()) -> Iterator[Path]:
    below = {folder / part for part in left_out}
    for path in folder.rglob("*"):
        if path.suffix in (".py", ".html") and below.isdisjoint({path, *path.parents}):
            yield path


def texts_of(folder: Path, left_out: tuple[str, ...] = ()) -> set[str]:
    return {text for path in sources(folder, left_out) for text in texts_in(path)}


def entries(folder: Path, *, definitions: bool = False) -> list[tuple[str, str]]:
    """(msgid, translation) of every catalogue of messages, or of that of the definitions."""
    found = []
    for path in sorted((folder / "locale" / "zh_CN" / "LC_MESSAGES").glob("*.po")):
        if (path.name == "definitions.po") is definitions:
            with path.open("rb") as file:
                found += [(str(message.id), str(message.string)) for message in read_po(file) if message.id]
    return found


def msgids(folder: Path, *, definitions: bool = False) -> set[str]:
    return {msgid for msgid, _ in entries(folder, definitions=definitions)}


def labels_by_the_engine() -> set[str]:
    """Labels of the fields that every tree and every submittable DocType gets; the parent's is of its own DocType."""
    kind = {"name": "Part", "is_tree": 1, "is_submittable": 1}
    return {row["label"] for row in generated_fields(kind)} - {"Parent Part"}


def labels_of_buttons() -> set[str]:
    """Labels that the engine and the modules of the standard CRM put on forms, and what they ask before."""
    tables = (ENGINE_ACTIONS, *(module.form_actions for module in MODULES))
    buttons = [row for table in tables for rows in table.values() for row in rows]
    return {row[part] for row in buttons for part in ("label", "confirm") if part in row}


def labels_of_pack_buttons(pack_id: str) -> set[str]:
    """Labels that a pack of the product puts on forms, and what its buttons ask before."""
    made = import_module(f"crm_platform.plugins.{pack_id}.pack").pack
    tables = made.form_actions() if hasattr(made, "form_actions") else {}
    suggestions = made.form_suggestions() if hasattr(made, "form_suggestions") else {}
    actions = [row.get("actions", {}).values() for row in suggestions.values()]
    sections = made.overview_sections() if hasattr(made, "overview_sections") else {}
    columns = [row["columns"] for rows in sections.values() for row in rows]
    shown = [*tables.values(), suggestions.values(), *actions, *sections.values(), *columns]
    return {row[part] for rows in shown for row in rows for part in ("label", "confirm") if part in row}


def placeholders(text: str) -> Counter[tuple[str | None, str | None]]:
    return Counter((name, conversion) for _, name, _, conversion in Formatter().parse(text) if name is not None)


def test_the_platform_is_translated() -> None:
    said = texts_of(CORE, FOR_OPERATORS + NOT_CODE) | set(PERMISSION_ACTIONS) | labels_by_the_engine()
    said |= labels_of_buttons()
    assert msgids(CORE) == said - msgids(CORE, definitions=True)


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.name)
def test_a_pack_translates_what_it_says(pack: Path) -> None:
    known = msgids(CORE) | msgids(CORE, definitions=True) | msgids(pack, definitions=True)
    said = (texts_of(pack, ("tests", "print_formats")) | labels_of_pack_buttons(pack.name)) - known
    assert msgids(pack) == said


@pytest.mark.parametrize("folder", [CORE, *PACKS], ids=lambda path: path.name)
def test_a_translation_is_there_and_fills_what_the_text_fills(folder: Path) -> None:
    for msgid, translation in entries(folder):
        assert translation.strip(), msgid
        assert placeholders(msgid) == placeholders(translation), msgid


@pytest.mark.parametrize("folder", [CORE, *PACKS], ids=lambda path: path.name)
def test_no_text_is_translated_twice(folder: Path) -> None:
    listed = [msgid for msgid, _ in entries(folder)]
    assert [msgid for msgid, count in Counter(listed).items() if count > 1] == []


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ('raise ValidationError("Too late")', {"Too late"}),
        ('raise ValidationError(TEMPLATE, title="Too late")', {"Too late"}),
        ('FieldError("field", "Taken" if old else "Missing")', {"Taken", "Missing"}),
        ('ctx._("Total")', {"Total"}),
        ('TEMPLATES = {"a": "{count} rows"}', {"{count} rows"}),
        ('REMEDY = "Choose another name."', {"Choose another name."}),
        ('"""Documentation. It is long."""', set()),
        ('f"{count} rows. Too many."', set()),
        ('NAME = "not a sentence"', set()),
        ('STYLE = "a { b }\\nc."', set()),
    ],
)
def test_texts_are_found_where_code_says_them(tmp_path: Path, code: str, texts: set[str]) -> None:
    path = tmp_path / "said.py"
    path.write_text(code, encoding="utf-8")
    assert texts_in(path) == texts
