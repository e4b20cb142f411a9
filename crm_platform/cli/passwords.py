"""A password that no option gave."""

from __future__ import annotations

import secrets
import sys

import typer


def asked_or_made(user: str) -> str:
    """What a person at a terminal types; elsewhere, and for somebody who types nothing, a random one."""
    typed = ""
    if sys.stdin.isatty():
        prompt = f"Password for {user} (empty: one is made)"
        typed = typer.prompt(prompt, default="", hide_input=True, show_default=False, confirmation_prompt=True)
    return typed or secrets.token_urlsafe(12)
