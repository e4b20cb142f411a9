"""Signing in with a password, in three steps so that the slow one holds no transaction.

`admit` counts the try (write), `verify` compares the password (no transaction), `start_session` opens the session
(write). `sign_in` does all three.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network

from crm_platform.access.accounts import Account, find_account
from crm_platform.access.attempts import count_attempt, forget_attempts
from crm_platform.access.passwords import PasswordChecker, needs_rehash, store_password, stored_hash
from crm_platform.access.profile import SYSTEM_USER
from crm_platform.access.sessions import create_session
from crm_platform.access.settings import load_settings
from crm_platform.access.totp import use_code
from crm_platform.database.conditions import Compare
from crm_platform.database.interface import Row
from crm_platform.database.query import Column, Query
from crm_platform.documents.context import GUEST, Context
from crm_platform.documents.runtime import Runtime
from crm_platform.errors import AuthenticationError, OneTimePasswordRequired

DEFAULT_SESSIONS = 5


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a person sends: `usr` is an e-mail address or a username, `otp` a code from the app or for recovery."""

    usr: str
    pwd: str
    otp: str = ""
    ip: str = ""
    user_agent: str = ""


@dataclass(frozen=True, slots=True)
class Verified:
    """An account whose password was right, with that password in case it is to be hashed anew."""

    account: Account
    user: str
    request: SignIn


@dataclass(frozen=True, slots=True)
class NewSession:
    """An open session; `sid` is what the browser keeps."""

    sid: str
    user: str
    full_name: str
    user_type: str
    home_page: str
    user_image: str = ""


def sign_in(runtime: Runtime, checker: PasswordChecker, request: SignIn) -> NewSession:
    """Sign in. Raises AuthenticationError, OneTimePasswordRequired, TooManyRequestsError, UnavailableError."""
    account = runtime.write(lambda ctx: admit(replace(ctx, ip=request.ip), request))
    verified = _verified(runtime, checker, account, request)
    return runtime.write(lambda ctx: start_session(replace(ctx, ip=request.ip), verified))


def check_password(runtime: Runtime, checker: PasswordChecker, request: SignIn) -> None:
    """Ask for the password again before something that an unattended browser must not do. Raises like `sign_in`."""
    account = runtime.write(lambda ctx: admit(replace(ctx, ip=request.ip), request))
    verified = _verified(runtime, checker, account, request)
    runtime.write(lambda ctx: _accept(replace(ctx, ip=request.ip), verified))


def _verified(runtime: Runtime, checker: PasswordChecker, account: Account, request: SignIn) -> Verified:
    """`verify`, with a refusal in the audit log. What was typed stays out of it: people type passwords there."""
    try:
        return verify(checker, account, request)
    except OneTimePasswordRequired:
        raise
    except AuthenticationError:
        runtime.write(lambda ctx: replace(ctx, ip=request.ip).audit("Sign-in Refused", "User", account.user or ""))
        raise


def admit(ctx: Context, request: SignIn) -> Account:
    """Find the account and count the try. Raises AuthenticationError for missing input, TooManyRequestsError."""
    if not request.usr.strip() or not request.pwd:
        raise AuthenticationError("Incomplete login details")
    account = find_account(ctx, request.usr)
    count_attempt(ctx, account.key, load_settings(ctx))
    return account


def verify(checker: PasswordChecker, account: Account, request: SignIn) -> Verified:
    """Compare the password; an unknown user takes the same time and gets the same answer as a wrong password."""
    if not checker.matches(account.password_hash, request.pwd) or account.user in (None, GUEST):
        raise invalid_login()
    if account.second_factor and not request.otp.strip():
        raise OneTimePasswordRequired("Enter the verification code that your authenticator app shows.")
    return Verified(account, str(account.user), request)


def start_session(ctx: Context, verified: Verified) -> NewSession:
    """Open the session, unless the account has changed since its password was compared."""
    user = verified.user
    row = _accept(ctx, verified)
    if verified.account.password_hash and needs_rehash(verified.account.password_hash):
        store_password(ctx, user, verified.request.pwd)
    limit = row["simultaneous_sessions"] or DEFAULT_SESSIONS
    sid = create_session(ctx, user, load_settings(ctx), limit, verified.request.user_agent)
    ctx.connection.update_row(ctx.definitions["User"], user, {"last_login": ctx.now(), "last_ip": ctx.ip})
    replace(ctx, user=user).audit("Signed In", "User", user)
    return NewSession(
        sid=sid,
        user=user,
        full_name=row["full_name"] or row["first_name"] or user,
        user_type=row["user_type"] or "",
        home_page=_home_page(ctx, row),
        user_image=row["user_image"] or "",
    )


def _accept(ctx: Context, verified: Verified) -> Row:
    """The last word in the transaction that acts on a right password: the account as it is now, and its code."""
    row = ctx.connection.get_row(ctx.definitions["User"], verified.user, for_update=True)
    if row is None or not row["enabled"] or stored_hash(ctx, verified.user) != verified.account.password_hash:
        raise invalid_login()
    _check_place_and_time(ctx, row)
    use_code(ctx, verified.user, verified.request.otp)
    forget_attempts(ctx, verified.account.key, load_settings(ctx))
    return row


def invalid_login() -> AuthenticationError:
    return AuthenticationError("Invalid login credentials")


def _check_place_and_time(ctx: Context, user: Row) -> None:
    """Frappe User.restrict_ip, login_after and login_before."""
    places = (user["restrict_ip"] or "").replace(",", "\n").split()
    if places and not any(_is_within(ctx.ip, place) for place in places):
        raise AuthenticationError("Access not allowed from this IP Address")
    hour = ctx.now().astimezone(ctx.runtime.zone).hour
    if hour < (user["login_after"] or 0) or (user["login_before"] and hour >= user["login_before"]):
        raise AuthenticationError("Login not allowed at this time")


def _is_within(address: str, place: str) -> bool:
    """Whether an address is `place`, is in the network `place` or begins with it ("10.1.", as in Frappe)."""
    if place.endswith((".", ":")):
        return address.startswith(place)
    try:
        return ip_address(address) in ip_network(place, strict=False)
    except ValueError:
        return False


def _home_page(ctx: Context, user: Row) -> str:
    """The first home page among the user's roles (Role.home_page), else that of the kind of user."""
    roles = [row["role"] for row in ctx.connection.get_children(ctx.definitions["Has Role"], "User", [user["name"]])]
    query = Query(
        ctx.definitions["Role"], (Column(("home_page",), "home_page"),), Compare(("name",), "in", tuple(roles))
    )
    pages = sorted(row["home_page"] for row in ctx.connection.select(query) if row["home_page"])
    return pages[0] if pages else "/app" if user["user_type"] == SYSTEM_USER else "/me"
