"""Asks mail servers whether they answer and take a sign-in; nothing is sent or fetched."""

from __future__ import annotations

from crm_platform.mail import imap, smtp
from crm_platform.mail.accounts import Server
from crm_platform.mail.imap import ImapError
from crm_platform.mail.probing import Servers, Tried
from crm_platform.outbound.certificates import Trust, machines_own


def try_out(servers: Servers) -> list[Tried]:
    """Ask each server that there is; takes as long as they do, so outside of any transaction."""
    found, trust = [], machines_own()
    if servers.outgoing is not None:
        found.append(Tried("outgoing", smtp.probe(servers.outgoing, trust)))
    if servers.incoming is not None:
        found.append(Tried("incoming", _incoming(servers.incoming, trust)))
    return found


def _incoming(server: Server, trust: Trust) -> str:
    try:
        with imap.connected(server, trust):
            return ""
    except ImapError as error:
        return str(error)
