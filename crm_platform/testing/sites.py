"""A site for tests: made from a template in milliseconds on SQLite, with shortcuts to act as any user."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from crm_platform.documents.context import ADMINISTRATOR, Context
from crm_platform.documents.document import Document
from crm_platform.packs.discovery import Found
from crm_platform.packs.manifest import Pack
from crm_platform.sites.create import new_site
from crm_platform.sites.opening import Site, open_site
from crm_platform.sites.pack_changes import apply
from crm_platform.sites.pack_plan import Action
from crm_platform.sites.packs import disable, enable, settings

T = TypeVar("T")
ADMIN_PASSWORD = "admin"  # noqa: S105 the password of throw-away sites


@dataclass
class TestSite:
    """An open site and what tests do with it all the time."""

    __test__ = False
    site: Site

    def write(self, work: Callable[[Context], T], user: str = ADMINISTRATOR) -> T:
        """Run `work` in a write transaction with the rights of `user`."""
        return self.site.runtime.write(lambda ctx: work(self.site.access.as_user(ctx, user)))

    def read(self, work: Callable[[Context], T], user: str = ADMINISTRATOR) -> T:
        return self.site.runtime.read(lambda ctx: work(self.site.access.as_user(ctx, user)))

    def system(self, work: Callable[[Context], T]) -> T:
        return self.site.runtime.write(lambda ctx: work(self.site.system(ctx)))

    def insert(self, doctype: str, user: str = ADMINISTRATOR, /, **values: Any) -> Document:
        """Create a document from wire values."""
        return self.write(lambda ctx: ctx.store.insert(ctx.store.new(doctype, values)), user)

    def get(self, doctype: str, name: str, user: str = ADMINISTRATOR) -> Document:
        return self.read(lambda ctx: ctx.store.get(doctype, name), user)

    def update(self, doctype: str, name: str, user: str = ADMINISTRATOR, /, **values: Any) -> Document:
        return self.write(lambda ctx: ctx.store.update(doctype, name, values), user)

    def doctype(self, name: str, *fields: Mapping[str, Any], **properties: Any) -> None:
        """Define a DocType of the site, open to System Managers unless `permissions` say otherwise."""
        rights = {"read": 1, "write": 1, "create": 1, "delete": 1, "report": 1, "export": 1, "print": 1, "share": 1}
        if properties.get("is_submittable"):
            rights |= {"submit": 1, "cancel": 1, "amend": 1}
        body: dict[str, Any] = {
            "module": "CRM",
            "custom": 1,
            "permissions": [{"role": "System Manager", **rights}],
            **properties,
        }
        self.insert("DocType", name=name, fields=list(fields), **body)

    def user(self, email: str, *roles: str) -> str:
        """A System User with roles."""
        values: dict[str, Any] = {"first_name": email.partition("@")[0], "user_type": "System User", "enabled": 1}
        self.insert("User", email=email, roles=[{"role": role} for role in roles], **values)
        return email

    def role(self, name: str) -> str:
        self.insert("Role", role_name=name, desk_access=1)
        return name

    def enable_pack(self, pack_id: str) -> None:
        self.system(lambda ctx: enable(self.site, ctx, pack_id))

    def disable_pack(self, pack_id: str) -> None:
        self.system(lambda ctx: disable(self.site, ctx, pack_id))

    def pack_settings(self, pack_id: str, **values: str) -> None:
        """Change settings of a pack."""
        self.system(lambda ctx: settings(self.site, ctx, pack_id, values))

    def change_pack(self, action: Action, pack_id: str) -> None:
        """Upgrade, uninstall or drop a pack."""
        self.system(lambda ctx: apply(self.site, ctx, action, pack_id))


def make_site(
    folder: Path, database: str = "", packs: Iterable[Pack] | None = None, template: Path | None = None
) -> TestSite:
    """A fresh site in `folder`; copied from the SQLite site in `template` when that is given.

    `packs` are the packs to choose from instead of the installed ones.
    """
    if template is not None and not database:
        shutil.copytree(template, folder)
    else:
        new_site(folder, database=database, admin_password=ADMIN_PASSWORD).close()
    installed = None if packs is None else [Found(pack.manifest.id, pack) for pack in packs]
    return TestSite(open_site(folder, installed=installed))
