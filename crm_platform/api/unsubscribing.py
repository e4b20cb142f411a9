"""The page behind the link in a mail's foot, and the one click of mail programs (RFC 8058)."""

from __future__ import annotations

from html import escape
from string import Template

from starlette.responses import HTMLResponse, Response

from crm_platform.access.identify import Credentials
from crm_platform.api.call import Call
from crm_platform.api.routing import Route
from crm_platform.mail.unsubscribing import LEAVE, PATH, read_link, unsubscribe

PAGE = Template("""<!doctype html><html lang="$language"><head><meta charset="utf-8"><title>$title</title>
<meta name="viewport" content="width=device-width"></head>
<body style="font-family:sans-serif;max-width:32em;margin:4em auto;padding:0 1em"><h1>$title</h1><p>$text</p>$form
</body></html>""")
FORM = Template('<form method="post"><button type="submit">$label</button></form>')


async def ask(call: Call) -> Response:
    """A GET changes nothing: programs follow links to look for viruses."""
    wish = read_link(call.site.runtime.cipher, call.request.query_params.get("token", ""))
    form = FORM.substitute(label=escape(call.site.runtime.translate(call.scope.language, LEAVE)))
    return _page(call, "Shall no more mail of this kind go to {email}?", wish.email, form)


async def leave(call: Call) -> Response:
    """Note the wish. The token in the address says whose it is; cookies and body do not count."""
    wish = read_link(call.site.runtime.cipher, call.request.query_params.get("token", ""))
    call.scope.credentials = Credentials(ip=call.scope.credentials.ip)
    await call.scope.write(lambda ctx: unsubscribe(ctx, wish))
    return _page(call, "No more mail of this kind goes to {email}.", wish.email)


def _page(call: Call, text: str, email: str, form: str = "") -> HTMLResponse:
    language, translate = call.scope.language, call.site.runtime.translate
    sentence = translate(language, text).format(email=email)
    parts = {"language": language, "title": translate(language, LEAVE), "text": sentence}
    return HTMLResponse(PAGE.substitute({key: escape(part) for key, part in parts.items()}, form=form))


ROUTES = (
    Route("GET", PATH, ask, "guest", writes=False, profile="page"),
    Route("POST", PATH, leave, "guest", writes=True, profile="page"),
)
