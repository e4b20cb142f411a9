"""From the credentials of a request to the Context of its user."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from crm_platform.access import sessions
from crm_platform.access.cache import AccessCache, ByState
from crm_platform.access.explain import Explanation, Question, explain
from crm_platform.access.key_use import KeyUse
from crm_platform.access.keys import hashed, refused, user_of_authorization
from crm_platform.access.passwords import PasswordChecker
from crm_platform.access.policy import Policy
from crm_platform.access.profile import Profile
from crm_platform.access.row_filters import FiltersOf, RowFilters, no_filters
from crm_platform.access.sessions import Session
from crm_platform.access.sign_in import NewSession, SignIn, check_password, sign_in
from crm_platform.database.conditions import NOTHING, Condition
from crm_platform.documents.context import GUEST, Context
from crm_platform.documents.document import Document
from crm_platform.documents.runtime import Runtime
from crm_platform.errors import DoesNotExistError, PermissionError, SessionExpiredError
from crm_platform.metadata.model import DocType


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request says about its sender. `unsafe`: its method may change data, so a cookie needs the token."""

    authorization: str = ""
    sid: str = ""
    csrf_token: str = ""
    unsafe: bool = False
    ip: str = ""


class ExpiredSession(Policy):
    """The rights of a guest whose cookie names a session that is over: what is closed says so."""

    def allows(self, doctype: DocType, action: str, document: Document | None = None) -> bool:
        if not super().allows(doctype, action, document):
            raise session_expired()
        return True

    def rows(self, doctype: DocType, action: str = "read") -> Condition:
        condition = super().rows(doctype, action)
        if condition == NOTHING:
            raise session_expired()
        return condition


def session_expired() -> SessionExpiredError:
    return SessionExpiredError("Your session has expired. Sign in again.")


def require_user(ctx: Context) -> None:
    """For calls that a guest never makes. Raises SessionExpiredError or PermissionError."""
    if ctx.user == GUEST:
        raise session_expired() if isinstance(ctx.policy, ExpiredSession) else PermissionError("Sign in first.")


class Access:
    """The access room of one open site: its cache of profiles, its queue of password checks, the packs' filters."""

    def __init__(self, row_filters: FiltersOf = no_filters, cache: AccessCache | None = None) -> None:
        self._row_filters = row_filters
        self._cache = cache or AccessCache()
        self._key_users: ByState[str] = ByState()
        self.key_use = KeyUse()
        self._checker = PasswordChecker()

    def identify(self, ctx: Context, credentials: Credentials) -> Context:
        """The Context of the sender; an `authorization` counts before a session.

        Raises AuthenticationError for wrong keys, CSRFTokenError for an unsafe request without its session's token. A
        session that is not (or no longer) there gives a guest, whose closed calls raise SessionExpiredError.
        """
        known, used = self._recognise(ctx, credentials)
        if used is not None:
            self._touch(ctx, *used)
        return known

    def listen(self, ctx: Context, credentials: Credentials) -> Context:
        """As `identify`, of somebody who is only told something: the session lives no longer by it.

        Raises SessionExpiredError or PermissionError for a guest, too.
        """
        known, _ = self._recognise(ctx, credentials)
        require_user(known)
        return known

    def _recognise(self, ctx: Context, credentials: Credentials) -> tuple[Context, tuple[Session, Profile] | None]:
        """The sender's Context, and the session that it came by."""
        ctx = replace(ctx, ip=credentials.ip)
        if credentials.authorization:
            profile = self._profile_of_key(ctx, credentials.authorization)
            if profile is None or not profile.enabled:
                raise refused()
            self.key_use.note(ctx, profile.user, credentials.authorization)
            return self._signed_in(ctx, profile), None
        if not credentials.sid or credentials.sid == GUEST:
            return self.as_user(ctx, GUEST), None
        session = sessions.find_session(ctx, credentials.sid)
        profile = self._cache.profile(ctx, session.user) if session is not None else None
        if session is None or profile is None or not profile.enabled:
            guest = self.as_user(ctx, GUEST)
            return replace(guest, policy=ExpiredSession(guest, self._profile(ctx, GUEST), self._filters(ctx))), None
        if credentials.unsafe:
            sessions.check_csrf_token(session, credentials.csrf_token)
        return self._signed_in(replace(ctx, session=session.key), profile), (session, profile)

    def as_user(self, ctx: Context, user: str) -> Context:
        """The same transaction with the rights of `user`: for the command line, jobs and explanations.

        Raises DoesNotExistError for an unknown user, PermissionError for a disabled one.
        """
        profile = self._profile(ctx, user)
        if not profile.enabled:
            raise PermissionError("User {user} is disabled.", user=user)
        return self._signed_in(ctx, profile)

    def sign_in(self, runtime: Runtime, request: SignIn) -> NewSession:
        """Open a session by password; see access.sign_in. Slow on purpose: not for an event loop."""
        return sign_in(runtime, self._checker, request)

    def check_password(self, runtime: Runtime, request: SignIn) -> None:
        """Ask for a password without opening a session; see access.sign_in."""
        check_password(runtime, self._checker, request)

    def policy(self, ctx: Context, profile: Profile) -> Policy:
        """The rights of a profile under the definitions of `ctx`, with the filters of its packs."""
        return Policy(replace(ctx, user=profile.user, roles=profile.roles), profile, self._filters(ctx))

    def narrowing(self, ctx: Context) -> Mapping[str, tuple[str, ...]]:
        """The packs whose filters narrow each DocType, whatever roles say; "*" stands for all DocTypes."""
        return self._filters(ctx).packs

    def explain(self, ctx: Context, question: Question, user: str = "") -> Explanation:
        """Why the user of `ctx` may or may not do something; only a System Manager asks about others."""
        return explain(ctx, self.as_user(ctx, user or ctx.user), question)

    def _profile(self, ctx: Context, user: str) -> Profile:
        profile = self._cache.profile(ctx, user)
        if profile is None:
            raise DoesNotExistError("{doctype} {name} not found", doctype="User", name=user)
        return profile

    def _profile_of_key(self, ctx: Context, authorization: str) -> Profile | None:
        user = self._key_users.get(ctx, hashed(authorization), lambda: user_of_authorization(ctx, authorization))
        return self._cache.profile(ctx, user) if user is not None else None

    def _signed_in(self, ctx: Context, profile: Profile) -> Context:
        known = replace(ctx, user=profile.user, roles=profile.roles, language=profile.language or ctx.language)
        return replace(known, policy=Policy(known, profile, self._filters(ctx)))

    def _filters(self, ctx: Context) -> RowFilters:
        return self._row_filters(ctx.definitions)

    def _touch(self, ctx: Context, session: Session, profile: Profile) -> None:
        """A read transaction cannot write, so the mark goes through the queue of the writer; nobody waits for it."""
        if sessions.is_due(ctx, session):
            expiry = profile.settings.session_expiry
            ctx.runtime.submit(lambda later: sessions.touch(later, session, expiry))
