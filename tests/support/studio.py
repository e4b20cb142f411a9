"""What an administrator does in the studio, in a real browser: DocTypes, workflows, print formats, rights, plans."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect


@dataclass(frozen=True)
class Rollup:
    """What the dialog of a roll-up is told, in its words; `field` is empty for the documents themselves."""

    gathered: str
    function: str
    field: str = ""


@dataclass(frozen=True)
class Field:
    """A field to add: what the palette calls its kind, its label, and how it is filled."""

    kind: str
    label: str
    options: str = ""
    formula: str = ""
    rollup: Rollup | None = None


def opened(box: Locator) -> Locator:
    """Open a list of choices: what is chosen lies over the box, out of the way of keys."""
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-expanded", "true")
    return box


def choose(within: Page | Locator, label: str, value: str) -> None:
    """Choose in a list of choices by typing."""
    box = within.get_by_role("combobox", name=label, exact=True)
    page = within if isinstance(within, Page) else within.page
    opened(box).fill(value)
    page.get_by_role("option", name=value, exact=True).filter(visible=True).click()


def pick(within: Locator, label: str, value: str) -> None:
    """Choose in a short list of choices, which takes no text."""
    opened(within.get_by_role("combobox", name=label, exact=True))
    within.page.get_by_role("option", name=value, exact=True).filter(visible=True).click()


def write(within: Locator, label: str, value: str) -> None:
    """Write a name that may be new into a list of choices."""
    box = opened(within.get_by_role("combobox", name=label, exact=True))
    box.fill(value)
    expect(within.page.get_by_role("option", name=value, exact=True)).to_be_visible()
    box.press("Enter")
    expect(box).to_have_attribute("aria-expanded", "false")


def apply(page: Page) -> None:
    page.get_by_role("button", name="Plan (").click()
    page.get_by_role("dialog", name="Plan", exact=True).get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_role("button", name="No changes", exact=True)).to_be_visible()


def build_doctype(page: Page, name: str, *fields: Field, kind: str = "") -> None:
    """Make a DocType and apply it. `kind` is what the dialog calls it, if it is none with records of its own."""
    page.goto("/app/studio")
    page.get_by_role("button", name="New DocType", exact=True).click()
    page.get_by_role("textbox", name="Name", exact=True).fill(name)
    if kind:
        page.get_by_role("radio", name=kind, exact=True).check(force=True)
    page.get_by_role("button", name="To the workbench", exact=True).click()
    expect(page.get_by_role("heading", name=name, level=1, exact=True)).to_be_visible()
    for field in fields:
        add_field(page, field)
    apply(page)


def add_field(page: Page, field: Field) -> None:
    """Add a field behind the selected one, and say how it is filled."""
    kinds = page.get_by_role("region", name="Kinds of fields", exact=True)
    kinds.get_by_role("button", name=field.kind, exact=True).click()
    label = page.get_by_role("textbox", name="Label", exact=True)
    label.press("Control+a")
    label.press_sequentially(field.label)
    expect(page.get_by_role("button", name=field.label, pressed=True)).to_be_visible()
    panel = page.get_by_role("region", name="Properties", exact=True)
    search = panel.get_by_role("textbox", name="Search properties", exact=True)
    for label, text in (("Options", field.options), ("Formula", field.formula)):
        if text:
            search.fill(label)
            panel.get_by_role("textbox", name=label, exact=True).fill(text)
    if field.rollup is not None:
        search.fill("Roll-up")
        panel.get_by_role("button", name="Add a roll-up…", exact=True).click()
        _roll_up(page.get_by_role("dialog", name="Roll-up", exact=True), field.rollup)
    search.fill("")


def _roll_up(dialog: Locator, rollup: Rollup) -> None:
    choose(dialog, "Gathered from", rollup.gathered)
    pick(dialog, "Function", rollup.function)
    if rollup.field:
        choose(dialog, "Field", rollup.field)
    dialog.get_by_role("button", name="Take over", exact=True).click()
    expect(dialog).to_be_hidden()


def allow(page: Page, role: str, doctype: str, *actions: str) -> None:
    """Give a role rights in the table of the whole site."""
    page.get_by_role("textbox", name="Search DocTypes", exact=True).fill(doctype)
    for action in actions:
        page.get_by_role("checkbox", name=f"{doctype}: {role}, level 0: {action}", exact=True).check()


def begin_workflow(page: Page, doctype: str, name: str) -> Locator:
    """Begin a workflow, which has the state Draft; answers the panel of properties."""
    page.goto("/app/studio/workflows")
    page.get_by_role("button", name="New workflow", exact=True).click()
    dialog = page.get_by_role("dialog", name="New workflow", exact=True)
    choose(dialog, "DocType", doctype)
    dialog.get_by_role("textbox", name="Name", exact=True).fill(name)
    dialog.get_by_role("button", name="To the workbench", exact=True).click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    return page.get_by_role("region", name="Properties", exact=True)


def part(page: Page, kind: str, name: str) -> Locator:
    """A state or an action on the graph; what is wrong with it may follow its name."""
    return page.get_by_role("button", name=re.compile(rf"^{kind} {re.escape(name)}(\s|$)"))


def add_state(page: Page, panel: Locator, name: str) -> None:
    page.get_by_role("button", name="Add a state", exact=True).click()
    write(panel, "Name", name)
    expect(part(page, "State", name)).to_be_visible()


def add_action(page: Page, panel: Locator, start: str, end: str, action: str, role: str) -> None:
    part(page, "State", start).click()
    pick(panel, "Add an action that leads to", end)
    write(panel, "Action", action)
    pick(panel, "Taken by", role)


def begin_print_format(page: Page, doctype: str, name: str) -> None:
    """Begin a format with the generated one."""
    page.goto("/app/studio/print")
    page.get_by_role("button", name="New print format").click()
    dialog = page.get_by_role("dialog", name="New print format")
    choose(dialog, "DocType", doctype)
    dialog.get_by_role("textbox", name="Name", exact=True).fill(name)
    dialog.get_by_role("button", name="Begin with the generated format").click()


def save(page: Page) -> None:
    """Save the record that the page is about."""
    button = page.get_by_role("button", name="Save", exact=True)
    button.click()
    expect(button).to_be_disabled()


def make_print_format(page: Page, doctype: str, name: str) -> None:
    """A format that is the generated one."""
    begin_print_format(page, doctype, name)
    save(page)


def make_dashboard(page: Page, name: str, card: str, doctype: str) -> None:
    """A dashboard with one card, which counts the documents of a DocType and is made in place."""
    page.goto("/app/studio/dashboard")
    page.get_by_role("textbox", name="Dashboard Name").fill(name)
    page.get_by_role("region", name="What can stand here").get_by_role("button", name="Number card").click()
    page.get_by_role("button", name="Make a new one…").click()
    drawer = page.get_by_role("dialog", name="New number card")
    drawer.get_by_role("textbox", name="Label").fill(card)
    drawer.get_by_role("combobox", name="Document Type").last.fill(doctype)
    page.get_by_role("option", name=re.compile(f"^{doctype}")).filter(visible=True).first.click()
    expect(drawer.get_by_role("link", name=card)).to_be_visible()
    drawer.get_by_role("button", name="Save", exact=True).click()
    placed = page.get_by_role("list", name="The page")
    expect(placed.get_by_role("listitem", name=f"Number card: {card}")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="Open", exact=True)).to_be_visible()


def take_back_the_newest(page: Page) -> None:
    page.goto("/app/studio/plans")
    page.get_by_role("button", name="Take back…", exact=True).first.click()
    page.get_by_role("dialog").get_by_role("button", name="Take back", exact=True).click()
    expect(page.get_by_text("Taken back by Administrator", exact=True).first).to_be_visible()
