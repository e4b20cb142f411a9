"""Signing in and out, who is signed in, keys and passwords."""

from __future__ import annotations

import asyncio

from starlette.responses import Response

from crm_platform.access import keys, passwords, sessions
from crm_platform.access.profile import SYSTEM_USER
from crm_platform.access.sign_in import NewSession, SignIn
from crm_platform.api.call import Call
from crm_platform.api.cookies import clear_session, session_facts, set_session
from crm_platform.api.errors import v1_body
from crm_platform.api.methods import ApiMethod, Method, ShellMethod
from crm_platform.api.replies import json_response, method_response
from crm_platform.api.reset_methods import with_key
from crm_platform.documents.context import Context
from crm_platform.errors import AuthenticationError


async def login(call: Call, usr: str = "", pwd: str = "", otp: str = "") -> Response:
    """Sign in with `usr`, `pwd` and, where the account asks for it, `otp`; answers cookies (contract §1)."""
    request = SignIn(
        usr=usr,
        pwd=pwd,
        otp=otp,
        ip=call.scope.credentials.ip,
        user_agent=call.request.headers.get("user-agent", ""),
    )
    loop = asyncio.get_running_loop()
    try:
        session = await loop.run_in_executor(call.site.slow, call.site.access.sign_in, call.site.runtime, request)
    except AuthenticationError as error:
        if call.style == "v2":
            raise
        return _refused(call, error)
    response = json_response(_greeting(session) if call.style == "v1" else {})
    is_system_user = session.user_type == SYSTEM_USER
    facts = session_facts(session.user, session.full_name, system_user=is_system_user, image=session.user_image)
    set_session(response, session.sid, facts, secure=call.secure)
    return response


def _greeting(session: NewSession) -> dict[str, str]:
    message = "Logged In" if session.user_type == SYSTEM_USER else "No App"
    return {"message": message, "home_page": session.home_page, "full_name": session.full_name}


def _refused(call: Call, error: AuthenticationError) -> Response:
    """A refused login says why in `message` too, where Frappe's clients look for it."""

    def translate(text: str) -> str:
        return call.site.runtime.translate(call.scope.language, text)

    return json_response({"message": error.message(translate), **v1_body(error, translate)}, error.status)


async def logout(call: Call) -> Response:
    """End the session and take its cookies back. It works by GET too, as Frappe's Python client asks for it."""
    await call.scope.write(sessions.end_session)
    response = json_response({})
    clear_session(response, secure=call.secure)
    return response


def ping(ctx: Context) -> str:  # noqa: ARG001 every method gets the Context
    """Say that the site answers."""
    return "pong"


def get_logged_user(ctx: Context) -> str:
    """The name of the signed-in user."""
    return ctx.user


async def generate_keys(call: Call, user: str) -> Response:
    """Answer the API key and its new secret, shown this once. It is never kept for a retry."""
    secret = await call.scope.write(lambda ctx: keys.generate_keys(ctx, user))
    row = await call.read(lambda ctx: ctx.connection.get_row(ctx.definitions["User"], user))
    return method_response({"api_key": (row or {}).get("api_key"), "api_secret": secret}, call.style)


async def update_password(
    call: Call, new_password: str, old_password: str = "", otp: str = "", key: str = ""
) -> Response:
    """Change the own password; the old one is asked again, so that an unattended browser is not enough.

    With the `key` of a link that came by mail nobody has to be signed in.
    """
    if key:
        return await with_key(call, key, new_password)
    call.scope.guard = "user"
    user = await call.read(get_logged_user)
    request = SignIn(user, old_password, otp, call.scope.credentials.ip)
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(call.site.slow, call.site.access.check_password, call.site.runtime, request)
    await call.scope.write(lambda ctx: passwords.set_password(ctx, ctx.user, new_password))
    return method_response(None, call.style)


METHODS: tuple[Method, ...] = (
    ShellMethod("login", login, guest=True, writes=True, verbs=("POST",)),
    ShellMethod("logout", logout, guest=True, writes=True),
    ApiMethod("ping", ping, guest=True, brief=True),
    ApiMethod("frappe.ping", ping, guest=True, brief=True),
    ApiMethod("frappe.auth.get_logged_user", get_logged_user),
    ShellMethod("frappe.core.doctype.user.user.generate_keys", generate_keys, writes=True, verbs=("POST",)),
    ShellMethod(
        "frappe.core.doctype.user.user.update_password", update_password, guest=True, writes=True, verbs=("POST",)
    ),
)
