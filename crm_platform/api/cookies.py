"""The cookies of a session, with Frappe's names and attributes."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response

SESSION_COOKIE = "sid"
LIFETIME = 3 * 24 * 3600
"""Seconds; Frappe's three days. The server ends a session earlier when it decides so."""


def set_session(response: Response, sid: str, facts: dict[str, str], *, secure: bool) -> None:
    """Store the session's id out of scripts' reach, and the facts that Frappe's clients read by script."""
    response.set_cookie(SESSION_COOKIE, sid, max_age=LIFETIME, httponly=True, samesite="lax", secure=secure)
    for name, value in facts.items():
        response.set_cookie(name, quote(value), max_age=LIFETIME, samesite="lax", secure=secure)


def session_facts(user: str, full_name: str, *, system_user: bool, image: str = "") -> dict[str, str]:
    """What Frappe puts beside `sid`: shown by clients, believed by nobody."""
    return {
        "system_user": "yes" if system_user else "no",
        "full_name": full_name,
        "user_id": user,
        "user_image": image,
    }


def clear_session(response: Response, *, secure: bool) -> None:
    """Take the session's cookies back."""
    for name in (SESSION_COOKIE, *session_facts("", "", system_user=False)):
        response.delete_cookie(name, samesite="lax", secure=secure, httponly=name == SESSION_COOKIE)
