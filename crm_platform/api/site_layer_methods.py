"""crm.site_layer.*: what the site itself has defined, as an archive of files for a version control, and back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from starlette.responses import Response

from crm_platform.api.call import Call
from crm_platform.api.methods import Method, ShellMethod
from crm_platform.api.plan_jobs import require_manager
from crm_platform.api.replies import attachment, method_response
from crm_platform.documents.context import Context
from crm_platform.documents.modelling import site_bodies
from crm_platform.documents.records import is_stored
from crm_platform.errors import FieldError, MandatoryError
from crm_platform.metadata.archive import read_archive, write_archive
from crm_platform.metadata.loader import Loaded
from crm_platform.metadata.problems import refuse
from crm_platform.metadata.records import MODEL_KINDS, Definition

SiteLayer = Callable[[Context], Iterable[Definition]]
"""Everything that the administrators of a site have defined."""


def site_layer_methods(site_layer: SiteLayer) -> tuple[Method, ...]:
    """The methods over the definitions of a site. For System Managers."""

    async def export(call: Call) -> Response:
        """The definitions of the site as a zip of JSON files, laid out as `crm-platform plan` and `apply` read them."""

        def collect(ctx: Context) -> list[Definition]:
            return list(site_layer(require_manager(ctx).as_system()))

        content = write_archive(await call.read(collect))
        return attachment(content, "application/zip", f"{call.site.runtime.name}.zip")

    async def read(call: Call) -> Response:
        """What an uploaded archive would change, as a draft to preview: `definitions` that differ from the site's,
        `surplus` ones of the site that are not in it (pairs of kind and name), and how many are `unchanged`.

        Nothing is changed. Raises DefinitionError with every fault of the files.
        """
        await call.read(require_manager)
        loaded = await asyncio.get_running_loop().run_in_executor(call.site.slow, _loaded, call)
        refuse(loaded.problems)
        return method_response(await call.read(lambda ctx: _difference(ctx, loaded, site_layer)), call.style)

    return (
        ShellMethod("crm.site_layer.export", export, produces="application/zip"),
        ShellMethod("crm.site_layer.read", read, writes=True, verbs=("POST",), consumes="multipart/form-data"),
    )


def _loaded(call: Call) -> Loaded:
    if call.multipart is None or not call.multipart.files:
        fault = FieldError("file", "Choose a file to upload.", "MandatoryError")
        raise MandatoryError("There is no file in the upload. Choose one and try again.", errors=[fault])
    return read_archive(call.multipart.files[0].file)


def _difference(ctx: Context, loaded: Loaded, site_layer: SiteLayer) -> dict[str, Any]:
    system = require_manager(ctx).as_system()
    changed = [one for one in loaded.definitions if not _is_so(system, one)]
    named = {(one.kind, one.name) for one in loaded.definitions}
    own = [(one.kind, one.name) for one in site_layer(system) if one.kind in MODEL_KINDS]
    return {
        "definitions": [dict(one.body) for one in changed],
        "surplus": [list(key) for key in own if key not in named],
        "unchanged": len(loaded.definitions) - len(changed),
    }


def _is_so(ctx: Context, one: Definition) -> bool:
    if one.kind not in MODEL_KINDS:
        return is_stored(ctx, one)
    stored = site_bodies(ctx, [(one.kind, one.name)])[one.kind, one.name]
    return stored is not None and {**one.body, **stored} == {**stored, **one.body} == dict(one.body)
