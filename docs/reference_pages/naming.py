"""Naming rules, from the table of rules and the date tokens of series."""

from __future__ import annotations

from crm_platform.documents.naming import DATE_TOKENS, NAME_LENGTH, RULES
from reference_pages.markdown import code, opening, table

PAGE = "naming-rules.md"
PROSE = f"""How a new document gets its name: the property `autoname` of its DocType. A name is exact and
case-sensitive, has at most {NAME_LENGTH} characters and no `<`, `>` or control characters. A Single is named like
its DocType. A DocType without `autoname` takes `naming_series:` when it has a field of that name, else `hash`. A
number that was given is never given again."""

EXAMPLES = {
    "prompt": ("`prompt`", "what the user or client gives"),
    "hash": ("`hash`", "ten random hexadecimal characters"),
    "uuid": ("`uuid`", "a random UUID"),
    "autoincrement": ("`autoincrement`", "1, 2, 3…"),
    "field": ("`field:customer_name`", "the value of a field"),
    "naming_series": ("`naming_series:`", "the series in the field `naming_series`; its first choice when it is empty"),
    "format": ("`format:VISIT-{territory}-{YYYY}-{####}`", "parts in braces, the rest as it stands"),
}
SERIES = (
    "`SV-.YYYY.-.####`",
    "a series: parts between dots; every text before the counter counts on its own; `.#####` is added where none is",
)
TOKENS = {
    "YY": "year, two digits",
    "YYYY": "year",
    "MM": "month",
    "DD": "day",
    "WW": "week after ISO 8601",
    "JJJ": "day of the year",
    "FY": "year",
    "timestamp": "date and time to the microsecond",
}


def page() -> str:
    """The whole page."""
    rules = [(code(rule), *EXAMPLES[rule]) for rule in RULES]
    tokens = [(code(token), TOKENS[token]) for token in DATE_TOKENS]
    tokens += [("`####`", "a counter with so many digits"), ("a fieldname", "the value of the field")]
    return "\n".join(
        [
            opening("Naming rules", PROSE, "`crm_platform/documents/naming.py`"),
            table(("rule", "example", "name"), [*rules, ("anything else", *SERIES)]),
            "\n## Tokens of series and formats\n\nDates are those of the site's time zone.\n",
            table(("token", "stands for"), tokens),
            "\nAn amended document is called like its original with `-1`, `-2`… appended.\n",
        ]
    )
