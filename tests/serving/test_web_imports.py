"""A serving process loads what requests need; what few requests or only workers need comes when it is used."""

from __future__ import annotations

import subprocess
import sys

LATER = (
    *("babel", "croniter", "imaplib", "jinja2", "PIL", "pydantic", "rich", "typer", "weasyprint", "xlsxwriter"),
    *("crm_platform.app.tasks", "crm_platform.mail.fetching", "crm_platform.testing"),
)


def test_a_start_does_not_load_what_few_requests_need() -> None:
    code = f"import sys, crm_platform.serving.web; print(*(name for name in {LATER} if name in sys.modules))"
    run = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
