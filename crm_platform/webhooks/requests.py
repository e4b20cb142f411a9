"""One call as HTTP: body, headers, signature after Standard Webhooks and Frappe's own."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

import orjson
from standardwebhooks.webhooks import Webhook as Signer

from crm_platform.errors import ValidationError

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
PREFIX = "whsec_"

UNFIT = (
    "No call can be signed with this secret: after whsec_ comes base64. "
    "Make one anew, or enter any text without whsec_."
)


@dataclass(frozen=True, slots=True)
class Request:
    """A call without its moment. `id` is the same at each attempt: by it a receiver knows a call that it had."""

    id: str
    method: str
    url: str
    body: str
    form: bool
    headers: Sequence[tuple[str, str]] = ()
    secret: str = ""
    timeout: float = 5.0


def content_of(request: Request) -> bytes:
    """The body as it goes over the wire."""
    if not request.form:
        return request.body.encode()
    values = orjson.loads(request.body)
    return urlencode({key: value if isinstance(value, str) else _text(value) for key, value in values.items()}).encode()


def _text(value: object) -> str:
    return "" if value is None else orjson.dumps(value).decode()


def headers_of(request: Request, content: bytes, now: datetime) -> Mapping[str, str]:
    """The headers of an attempt at the moment `now`; its time is signed, so that an old call cannot be used again."""
    own = {
        "content-type": FORM if request.form else JSON,
        "webhook-id": request.id,
        "webhook-timestamp": str(int(now.timestamp())),
    }
    return {**dict(request.headers), **own, **(_signatures(request, content, now) if request.secret else {})}


def _signatures(request: Request, content: bytes, now: datetime) -> dict[str, str]:
    """`webhook-signature` for verifying libraries, and Frappe's header for its receivers. Raises ValidationError for a
    secret that was saved past the check."""
    if not is_secret(request.secret):
        raise ValidationError(UNFIT)
    frappe = hmac.new(request.secret.encode(), content, hashlib.sha256).digest()
    return {
        "webhook-signature": Signer(_key(request.secret)).sign(request.id, now, content.decode()),
        "x-frappe-webhook-signature": base64.b64encode(frappe).decode(),
    }


def is_secret(secret: str) -> bool:
    """Whether calls can be signed with it: what follows whsec_ must be base64, padded or not, of something."""
    encoded = secret.removeprefix(PREFIX)
    if not secret.startswith(PREFIX):
        return bool(secret)
    try:
        return bool(base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True))
    except ValueError:
        return False


def _key(secret: str) -> str | bytes:
    """A secret of Standard Webhooks (whsec_ and base64) as it is; any other text as its bytes."""
    return secret if secret.startswith(PREFIX) else secret.encode()
