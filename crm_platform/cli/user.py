"""crm-platform user: accounts, passwords and API keys."""

from __future__ import annotations

from typing import Annotated

import typer

from crm_platform.access.keys import generate_keys
from crm_platform.access.passwords import set_password
from crm_platform.cli.options import SiteOption, opened
from crm_platform.cli.output import say
from crm_platform.cli.passwords import asked_or_made
from crm_platform.documents.context import Context
from crm_platform.errors import DoesNotExistError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Add users, set passwords, make API keys.",
    epilog="Example:  crm-platform user add li.wei@example.com --first-name 李伟 --role 'Sales User' --site mysite",
)
UserArgument = Annotated[str, typer.Argument(metavar="USER", show_default=False, help="E-mail address of the user.")]
PasswordOption = Annotated[str, typer.Option(help="The password; without it you are asked, or one is made.")]


@app.command()
def add(
    email: Annotated[str, typer.Argument(metavar="EMAIL", show_default=False, help="Address of the new user.")],
    site: SiteOption,
    first_name: Annotated[str, typer.Option(help="First name; by default what stands before the @.")] = "",
    role: Annotated[list[str] | None, typer.Option(help="A role; may be given several times.")] = None,
    password: PasswordOption = "",
) -> None:
    """Add a user who may sign in."""
    chosen = password or asked_or_made(email)
    values = {
        "email": email,
        "first_name": first_name or email.partition("@")[0],
        "user_type": "System User",
        "enabled": 1,
        "roles": [{"role": name} for name in role or ()],
        "new_password": chosen,
    }
    with opened(site) as open_one:
        made = open_one.runtime.write(lambda ctx: _insert(open_one.system(ctx), values))
    say(f"User {made} is added.")
    if not password:
        say(f"The password is {chosen}")


def _insert(ctx: Context, values: dict[str, object]) -> str:
    return str(ctx.store.insert(ctx.store.new("User", values)).name)


@app.command()
def password(user: UserArgument, site: SiteOption, password: PasswordOption = "") -> None:
    """Set the password of a user and end the sessions that are open."""
    chosen = password or asked_or_made(user)
    with opened(site) as open_one:
        open_one.runtime.write(lambda ctx: _set(open_one.system(ctx), user, chosen))
    say(f"The password of {user} is changed.")
    if not password:
        say(f"It is {chosen}")


def _set(ctx: Context, user: str, chosen: str) -> None:
    if not ctx.store.exists("User", user):
        raise DoesNotExistError("There is no user {user}.", user=user)
    set_password(ctx, user, chosen)


@app.command()
def keys(user: UserArgument, site: SiteOption) -> None:
    """Make a new API secret for a user. It is shown once; the former one stops working."""
    with opened(site) as open_one:
        key, secret = open_one.runtime.write(lambda ctx: _keys(open_one.system(ctx), user))
    say(f"Authorization: token {key}:{secret}")


def _keys(ctx: Context, user: str) -> tuple[str, str]:
    secret = generate_keys(ctx, user)
    return str(ctx.store.get("User", user)["api_key"]), secret
