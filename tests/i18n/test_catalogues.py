"""Catalogues: lazy PO files, packs over the platform, English where nothing is translated."""

from functools import partial
from pathlib import Path

import pytest

from crm_platform.errors import render, translated_in
from crm_platform.i18n.catalogues import Catalogues, language_of


def write_po(folder: Path, locale: str, entries: str) -> None:
    target = folder / locale / "LC_MESSAGES"
    target.mkdir(parents=True, exist_ok=True)
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    (target / "messages.po").write_text(header + entries, encoding="utf-8")


@pytest.fixture
def catalogues(tmp_path: Path) -> Catalogues:
    core, pack = tmp_path / "core", tmp_path / "pack"
    entries = ['msgid "Customer"\nmsgstr "客户"\n', 'msgid "Claim"\nmsgstr "声明"\n', 'msgid "Open"\nmsgstr ""\n']
    write_po(core, "zh_CN", "\n".join(entries))
    write_po(core, "de", '#, fuzzy\nmsgid "Customer"\nmsgstr "Vielleicht"\n')
    write_po(pack, "zh_CN", 'msgid "Claim"\nmsgstr "保修申请"\n')
    return Catalogues([core, pack, tmp_path / "no such folder"])


@pytest.mark.parametrize("tag", ["zh", "zh-CN", "zh_CN", "zh-Hans", "zh-Hans-CN", "ZH"])
def test_every_spelling_of_simplified_chinese_finds_its_catalogue(catalogues: Catalogues, tag: str) -> None:
    assert catalogues.translate(tag, "Customer") == "客户"
    assert catalogues.negotiate(tag) == "zh"


@pytest.mark.parametrize("tag", ["zh-TW", "zh-Hant", "zh-Hant-CN", "en", "en-GB", "xx", "", "../../etc"])
def test_other_languages_read_english(catalogues: Catalogues, tag: str) -> None:
    assert catalogues.translate(tag, "Customer") == "Customer"
    assert catalogues.negotiate(tag) == "en"


def test_a_later_folder_wins_and_leaves_the_rest(catalogues: Catalogues) -> None:
    assert catalogues.messages("zh") == {"Customer": "客户", "Claim": "保修申请"}


def test_an_empty_or_fuzzy_entry_reads_english(catalogues: Catalogues) -> None:
    assert catalogues.translate("zh", "Open") == "Open"
    assert catalogues.translate("de", "Customer") == "Customer"


def test_the_first_wish_with_a_catalogue_wins(catalogues: Catalogues) -> None:
    assert catalogues.negotiate("fr", "zh-CN", "de") == "zh"
    assert catalogues.languages == ("en", "de", "zh")


def test_a_file_is_read_once_and_only_when_asked_for(tmp_path: Path) -> None:
    write_po(tmp_path, "zh_CN", 'msgid "Customer"\nmsgstr "客户"\n')
    catalogues = Catalogues([tmp_path])
    write_po(tmp_path, "zh_CN", 'msgid "Customer"\nmsgstr "顾客"\n')
    assert catalogues.translate("zh", "Customer") == "顾客"
    write_po(tmp_path, "zh_CN", 'msgid "Customer"\nmsgstr "主顾"\n')
    assert catalogues.translate("zh", "Customer") == "顾客"


def test_language_of_keeps_traditional_chinese_apart() -> None:
    assert [language_of(tag) for tag in ("zh_TW", "zh-Hant", "pt-BR")] == ["zh-tw", "zh-hant", "pt"]


def test_a_word_with_two_meanings_is_told_apart_by_its_context(tmp_path: Path) -> None:
    both = ['msgid "Currency"\nmsgstr "币种"\n', 'msgctxt "DocField"\nmsgid "Currency"\nmsgstr "货币"\n']
    write_po(tmp_path, "zh_CN", "\n".join([*both, 'msgid "Date"\nmsgstr "日期"\n']))
    say = partial(Catalogues([tmp_path]).translate, "zh")
    assert (say("Currency"), translated_in("Currency", "DocField", say)) == ("币种", "货币")
    assert (translated_in("Date", "DocField", say), translated_in("Hologram", "DocField", say)) == ("日期", "Hologram")
    assert render("{doctype}: {fieldtype}", {"doctype": "Currency", "fieldtype": "Currency"}, say) == "币种: 货币"
