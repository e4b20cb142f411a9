"""The sandbox: public payloads come to nothing, and nothing but listed filters and `_` is there to be used."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from importlib.metadata import version
from typing import Any

import pytest
from jinja2 import Template
from jinja2.runtime import Undefined
from packaging.version import Version

from crm_platform.i18n.manner import Manner
from crm_platform.printing.environment import JINJA_FILTERS, Sandbox, sandbox
from crm_platform.printing.faults import Fault
from crm_platform.printing.filters import Formatting
from crm_platform.printing.records import Record, freeze
from crm_platform.printing.render import render_template
from crm_platform.printing.texts import Translation
from support.sabotage import defended_by

FIELDS: dict[str, dict[str, Any]] = {"Order": {}, "Row": {}}
VALUES = {
    "doctype": "Order",
    "name": "TO-1",
    "title": "传感器 <采购>",
    "total": {"$decimal": "1250.500000"},
    "day": {"$date": "2026-03-01"},
    "empty": None,
    "items": [{"doctype": "Row", "qty": 2, "rate": {"$decimal": "12.5"}}, {"doctype": "Row", "qty": 3, "rate": None}],
}
MESSAGES = {"Order": "订单", "Due {day}": "{day}到期"}


def parts() -> tuple[Sandbox, dict[str, Any]]:
    doc = freeze(VALUES, FIELDS)
    formatting = Formatting(Manner("zh"), MESSAGES, FIELDS, doc)
    return sandbox(formatting.filters()), {"doc": doc, "_": formatting.translation, "letterhead": "", "title": "T"}


def render(source: str, limit: int = 10_000) -> str:
    environment, names = parts()
    return render_template(environment, source, names, limit)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ doc.title }}", "传感器 &lt;采购&gt;"),
        ("{{ doc['title'][:3] }}", "传感器"),
        ("{{ doc.empty }}|{{ doc.total }}|{{ doc.day }}", "|1250.5|2026-03-01"),
        ("{{ doc.total|money('CNY') }}", "¥1,250.50"),
        ("{{ doc.total|rmb_upper }}", "壹仟贰佰伍拾元伍角"),
        ("{{ doc.day|date }}", "2026年3月1日"),
        ("{{ doc['items']|map(attribute='qty')|sum }}", "5"),
        ("{{ doc['items']|sum(attribute='qty') }}", "5"),
        ("{% for row in doc.items %}{{ loop.index }}{{ loop.cycle('a', 'b') }}{% endfor %}", "1a2b"),
        ("{% macro twice(x) %}{{ x }}{{ x }}{% endmacro %}{{ twice(doc.name) }}", "TO-1TO-1"),
        ("{{ _('Order') }} {{ _('Due {day}', day=doc.day) }}", "订单 2026-03-01到期"),
        ("{{ doc.nothing|default('-') }}{{ 'x' if doc.nothing is defined else 'y' }}", "-y"),
        ("{{ 12.5|percent }}", "12.5%"),
    ],
)
def test_what_templates_are_for(source: str, expected: str) -> None:
    assert render(source) == expected


PAYLOADS = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ doc.__class__.__init__.__globals__ }}",
    "{{ doc._values }}",
    "{{ doc['__class__'] }}",
    "{{ _.__globals__ }}",
    "{{ _.__call__.__func__.__globals__['re'] }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context.cycler }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__['os'] }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ range(10) }}",
    "{{ dict(a=1) }}",
    "{{ config }}",
    "{{ request.application.__globals__ }}",
    "{{ frappe.db.sql('select 1') }}",
    "{{ frappe.utils.get_url() }}",
    "{{ get_url() }}",
    "{{ doc.get('title') }}",
    "{{ doc.as_dict() }}",
    "{{ doc.title.upper() }}",
    "{{ '{0.__class__}'.format(doc) }}",
    "{{ '{0.__class__}'.format_map({}) }}",
    "{{ ('{0.__class__}'|attr('format'))(doc) }}",
    "{{ doc|attr('_values') }}",
    "{{ '%s'|format(doc) }}",
    "{{ {'a': 1}|xmlattr }}",
    "{{ doc.title|safe }}",
    "{{ [doc]|map('attr', '_values')|list }}",
    "{{ [doc]|map(attribute='__class__.__init__')|list }}",
    "{{ doc.items.append(1) }}",
    "{{ doc.day.strftime('%c') }}",
    "{% for x in ().__class__.__bases__ %}{{ x }}{% endfor %}",
    "{% set f = loop.cycle %}{{ f(1) }}",
    "{% for r in doc.items %}{{ loop.cycle.__globals__ }}{% endfor %}",
    "{% for r in doc.items %}{{ loop._iterator }}{% endfor %}",
    "{% macro m() %}{% endmacro %}{{ m.__globals__ }}{{ m._environment }}",
    "{{ g.pop.__globals__.__builtins__ }}",
    "{{ (1).__class__ }}",
    "{{ doc.total.as_tuple() }}",
    "{% include '/etc/passwd' %}",
    "{% include '../../../../etc/passwd' %}",
    "{% extends doc.name %}",
    "{% import 'os' as os %}{{ os }}",
    "{% do doc.items %}",
    "{% set doc.title = 'x' %}",
]


@defended_by(
    "crm_platform.printing.environment:Sandbox.getattr",
    replace_with=lambda sandbox, thing, name: getattr(thing, name, ""),
)
@pytest.mark.parametrize("source", PAYLOADS)
def test_D01_payloads_are_refused_with_a_sentence(source: str) -> None:
    with pytest.raises(Fault) as refused:
        render(source)
    message = str(refused.value.error())
    assert refused.value.kind == "format"
    assert "{" not in message.replace("{}", "")
    assert "Traceback" not in message


ADVISORIES = {
    "CVE-2025-27516": "{{ ('{0.__init__.__globals__}'|attr('format'))(doc) }}",
    "CVE-2024-56326": "{% set f = '{0.__class__}'.format %}{{ [doc]|map(f)|list }}",
    "CVE-2024-56201": "{% include 'x{{ 7*7 }}.html' %}",
    "CVE-2024-34064": "{{ {'a onclick=alert(1)': 1}|xmlattr }}",
    "CVE-2019-10906": "{{ '{0.__class__}'.format_map({0: doc}) }}",
}


def test_D04_breakouts_of_the_advisories_are_refused() -> None:
    assert Version(version("jinja2")) >= Version("3.1.6")
    for source in ADVISORIES.values():
        with pytest.raises(Fault):
            render(source)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("\n\n{{ frappe.db }}", "frappe is not available in templates (line 3)."),
        ("{{ doc.salary }}", "Order.salary is not available in templates (line 1)."),
        ("\n{{ doc.title.upper() }}", "upper is not available in templates (line 2)."),
        ("{% for row in doc.items %}\n{{ row.frob }}{% endfor %}", "Row.frob is not available in templates (line 2)."),
        ("\n{% include 'a.html' %}", "There is no template a.html (line 2)."),
        ("\n{{ 1 / 0 }}", "The print format cannot be rendered (line 2): division by zero"),
        ("{{ doc.title|date }}", None),
        ("\n{% if %}", None),
    ],
)
def test_a_refusal_names_thing_and_line(source: str, message: str | None) -> None:
    with pytest.raises(Fault) as refused:
        render(source)
    text = str(refused.value.error())
    assert text == message or (message is None and "line" in text)


@defended_by("crm_platform.printing.environment:Sandbox.getattr", replace_with=lambda _, one, name: getattr(one, name))
def test_D01_a_list_of_missing_attributes_holds_nothing() -> None:
    assert render("{{ [doc]|map(attribute='_values')|list }}") == "[Undefined]"


def filling(translation: Translation, msgid: object, **_: object) -> str:
    """A translation that fills what it is given."""
    return str(Template(str(msgid)).render())


@defended_by("crm_platform.printing.texts:Translation.__call__", replace_with=filling)
@pytest.mark.parametrize("text", ["{{ 7 * 7 }}", "{% for x in y %}", "{{ ''.__class__ }}", "${7*7}"])
def test_D02_data_are_never_templates(text: str) -> None:
    environment, names = parts()
    doc = Record({**VALUES, "title": text})
    printed = render_template(environment, "{{ doc.title }}|{{ _(doc.title) }}", {**names, "doc": doc}, 1000)
    assert "49" not in printed
    assert printed.count(text[:2]) == 2


def reachable(environment: Sandbox, value: Any, depth: int) -> list[Any]:
    """Everything that templates get to from a value by attributes, items and iteration."""
    if depth == 0 or isinstance(value, Undefined):
        return []
    names = {*dir(value), *VALUES, "get", "items", "format", "_values", "__globals__", 0, 1}
    steps = [environment.getattr(value, str(name)) for name in names]
    steps += [environment.getitem(value, name) for name in names]
    found = [step for step in steps if not isinstance(step, Undefined)]
    deeper = {id(step): step for step in found if step is not value}
    return [*found, *(far for step in deeper.values() for far in reachable(environment, step, depth - 1))]


def test_D05_nothing_callable_is_reachable() -> None:
    environment, names = parts()
    for name, value in names.items():
        found = reachable(environment, value, 3)
        assert not [thing for thing in found if callable(thing)], name
    assert [name for name, value in names.items() if callable(value)] == ["_"]


def test_D03_the_names_of_the_sandbox_are_these() -> None:
    environment, names = parts()
    assert environment.globals == {}
    assert set(names) == {"doc", "_", "letterhead", "title"}
    assert isinstance(names["_"], Translation)


@defended_by("crm_platform.printing.environment:JINJA_FILTERS", replace_with=("safe",))
def test_D07_the_filters_are_these() -> None:
    own = {"money", "price", "number", "quantity", "percent", "in_words", "rmb_upper"}
    own |= {"date", "datetime", "time", "label", "formatted"}
    environment, _ = parts()
    assert set(environment.filters) == set(JINJA_FILTERS) | own
    dangerous = {"attr", "format", "safe", "xmlattr", "urlize", "tojson", "pprint", "random", "forceescape", "items"}
    assert not set(environment.filters) & dangerous
    assert not set(environment.tests) & {"callable", "filter", "test"}


@defended_by("crm_platform.printing.render:_gather", replace_with=lambda pieces, _: "".join(pieces))
@pytest.mark.parametrize("source", ["{{ 'x' * 20000 }}", "{% for a in 'x' * 200 %}{{ 'y' * 100 }}{% endfor %}"])
def test_D06_a_page_that_grows_too_big_is_refused(source: str) -> None:
    with pytest.raises(Fault, match="grew too big"):
        render(source)


def test_values_keep_their_kinds() -> None:
    doc = freeze(VALUES, FIELDS)
    assert (doc.value("total"), doc.value("day")) == (Decimal("1250.5"), date(2026, 3, 1))
    stamp = freeze({"at": {"$datetime": "2026-03-01T08:00:00"}}, FIELDS)
    assert stamp.value("at") == datetime(2026, 3, 1, 8)
