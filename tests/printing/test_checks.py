"""A Print Format's template is checked when it is saved."""

from __future__ import annotations

import pytest

from crm_platform.errors import PrintFormatError
from crm_platform.printing.checks import check_template
from crm_platform.testing import TestSite
from support.printing import own_format
from support.sabotage import defended_by, nothing


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a\n{% if %}", "The template has a mistake in line 2: Expected an expression, got 'end of statement block'"),
        ("{{ doc.title", "line 1"),
        ("\n{{ doc.title|safe }}", "The filter safe is not available in templates (line 2)."),
        ("{{ doc|attr('x') }}", "The filter attr"),
        ("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", "nested too deeply"),
        *((f"{{{{ a{deep * 20_000} }}}}", "nested too deeply") for deep in ("+a", "|upper", ".b")),
        ("x" * 200_001, "too long"),
        ("{% macro a() %}{{ a() }}{% endmacro %}", "The macro in line 1 would never end: a → a."),
        (
            "{% macro a() %}{{ c() }}{{ b() }}{% endmacro %}\n"
            "{% macro b() %}{% if 1 %}{{ a() }}{% endif %}{% endmacro %}"
            "{% macro c() %}{% endmacro %}",
            "The macro in line 1 would never end: a → b → a.",
        ),
        ("\n{% for a in range(9) %}{% endfor %}", "range in line 2 is nothing that a template can call."),
        ("{% for a in doc.rows recursive %}{{ loop(a.rows) }}{% endfor %}", "loop in line 1 is nothing"),
    ],
)
def test_a_mistake_is_named_with_its_line(source: str, message: str) -> None:
    with pytest.raises(PrintFormatError) as refused:
        check_template(source)
    assert message in str(refused.value)
    assert refused.value.errors[0].field == "html"


@pytest.mark.parametrize(
    "source",
    [
        *("", "{{ doc.title|money('CNY')|stars }}", "{{ 9 ** (9 ** 9) }}", "中文 {{ doc.x }}"),
        '{% from "paper.html" import text as words with context %}{{ words(doc) }}{{ _("Total") }}',
        "{% macro box(x) %}<b>{{ caller() }}{{ x }}</b>{% endmacro %}{% call box(1) %}中{% endcall %}",
        "{% macro row(x) %}{{ x }}{% endmacro %}{% macro all(f) %}{{ row(1) }}{{ f(2) }}{% endmacro %}{{ all(row) }}",
    ],
)
def test_the_rest_is_saved_without_being_run(source: str) -> None:
    check_template(source)


@defended_by("crm_platform.printing.checks:circle_of_macros", replace_with=nothing)
def test_I01_macros_are_looked_at_once_however_many_ways_lead_to_them() -> None:
    """2 to the power of 1,000 ways: looked at one by one, they would keep the server for ever."""
    ways = "".join(f"{{% macro m{n}() %}}{{{{ m{n + 1}() }}}}{{{{ m{n + 1}() }}}}{{% endmacro %}}" for n in range(1000))
    check_template(f"{ways}{{% macro m1000() %}}{{% endmacro %}}")
    with pytest.raises(PrintFormatError, match="m998 → m999 → m1000 → m998"):
        check_template(f"{ways}{{% macro m1000() %}}{{{{ m998() }}}}{{% endmacro %}}")


@defended_by("crm_platform.printing.checks:check_template", replace_with=nothing)
def test_D01_a_faulty_format_is_not_saved(shop: TestSite) -> None:
    own_format(shop, "Trial Order", "{{ doc.title }}", name="Good")
    with pytest.raises(PrintFormatError):
        own_format(shop, "Trial Order", "{{ doc.title|safe }}", name="Bad")
    with pytest.raises(PrintFormatError):
        shop.update("Print Format", "Good", html="{% for %}")
    assert shop.get("Print Format", "Good")["html"] == "{{ doc.title }}"
