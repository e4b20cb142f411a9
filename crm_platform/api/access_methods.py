"""Second factor and sessions of the own account, and the reasons behind a right: what no Frappe method offers."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from starlette.responses import Response

from crm_platform.access import sessions, totp
from crm_platform.access.explain import Question
from crm_platform.access.exposure import exposure, public_files, shares
from crm_platform.access.privilege import is_manager, require_above
from crm_platform.access.reason import Reason
from crm_platform.api.call import Call
from crm_platform.api.methods import ApiMethod, Method, ShellMethod
from crm_platform.api.replies import method_response
from crm_platform.documents.context import Context
from crm_platform.documents.wire import show_datetime
from crm_platform.errors import PermissionError


def begin_totp(ctx: Context) -> dict[str, str]:
    """Make a secret for an authenticator app; it counts once `crm.access.confirm_totp` got a code from it."""
    enrolment = totp.begin_totp(ctx)
    return {"secret": enrolment.secret, "uri": enrolment.uri}


def confirm_totp(ctx: Context, code: str) -> dict[str, list[str]]:
    """Switch the second factor on with a code from the app; answers the recovery codes, shown this once."""
    return {"recovery_codes": totp.confirm_totp(ctx, code)}


def disable_totp(ctx: Context, code: str) -> None:
    """Switch the own second factor off with a code from it."""
    totp.disable_totp(ctx, code)


def reset_totp(ctx: Context, user: str) -> None:
    """Take the second factor of another user away, who lost the device. For System Managers."""
    if not is_manager(ctx):
        raise PermissionError("Only a System Manager may reset the second factor of a user.")
    require_above(ctx, user)
    totp.reset_totp(ctx, user)


async def explain(
    call: Call, doctype: str, action: str = "read", name: str = "", field: str = "", user: str = ""
) -> Response:
    """Why the caller (or, for a System Manager, `user`) may or may not do `action`: each rule and what it said, and the
    smallest `changes` of rights, each a list of sentences, that would turn the decision round."""
    question = Question(doctype, action, name, field)

    def answer(ctx: Context) -> dict[str, Any]:
        found = call.site.access.explain(ctx, question, user)
        reasons = [_shown(ctx, reason) for reason in found.reasons]
        changes = [[ctx._(change.template, **change.params) for change in together] for together in found.changes]
        return {"user": found.user, "allowed": found.allowed, "reasons": reasons, "changes": changes}

    return method_response(await call.read(answer), call.style)


def _shown(ctx: Context, reason: Reason) -> dict[str, Any]:
    return {
        "kind": reason.kind,
        "message": ctx._(reason.template, **reason.params),
        "layer": reason.layer,
        "verdict": reason.verdict,
        "values": {key: str(value) for key, value in reason.values.items()},
    }


def own_sessions(ctx: Context) -> list[dict[str, Any]]:
    """Where the caller is signed in: `id`, `device` (what the browser calls itself), `ip`, `created`, `last_seen`,
    `expires`, and `is_current` for the session of this request."""
    zone = ctx.runtime.zone
    return [
        {key: show_datetime(zone, value) if isinstance(value, datetime) else value for key, value in row.items()}
        for row in sessions.own_sessions(ctx)
    ]


def end_session(ctx: Context, session: str) -> None:
    """End one of the own sessions, named by its `id`: whoever uses it has to sign in again."""
    sessions.end_own(ctx, session)


def end_other_sessions(ctx: Context) -> None:
    """End all own sessions but the one of this request."""
    sessions.end_sessions(ctx, ctx.user, but=ctx.session)


async def exposed(call: Call) -> Response:
    """What outsiders reach, for System Managers: `rights` by role (visitors, everybody signed in, people of the portal)
    and DocType, documents that are shared with them (`shares`), the number of `public_files`, and the `methods` and
    `routes` that need no sign-in: packs bring methods, under their name."""

    def answer(ctx: Context) -> dict[str, Any]:
        if not is_manager(ctx):
            raise PermissionError("Only a System Manager may see what outsiders reach.")
        methods = sorted(method.name for method in call.site.methods.every() if method.guest)
        return {
            "rights": [asdict(one) for one in exposure(ctx)],
            "shares": [asdict(one) for one in shares(ctx)],
            "public_files": public_files(ctx),
            "methods": methods,
            "routes": list(call.site.open_routes),
        }

    return method_response(await call.read(answer), call.style)


METHODS: tuple[Method, ...] = (
    ApiMethod("crm.access.begin_totp", begin_totp, writes=True),
    ApiMethod("crm.access.confirm_totp", confirm_totp, writes=True),
    ApiMethod("crm.access.disable_totp", disable_totp, writes=True),
    ApiMethod("crm.access.reset_totp", reset_totp, writes=True),
    ApiMethod("crm.access.sessions", own_sessions),
    ApiMethod("crm.access.end_session", end_session, writes=True),
    ApiMethod("crm.access.end_other_sessions", end_other_sessions, writes=True),
    ShellMethod("crm.access.explain", explain),
    ShellMethod("crm.access.exposure", exposed),
)
