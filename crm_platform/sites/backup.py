"""Backup of a whole site into one archive while it is at work, and restore into a new folder on either database."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from stat import S_ISREG

import orjson

from crm_platform import __version__
from crm_platform.errors import ValidationError
from crm_platform.sites.create import migrate
from crm_platform.sites.folder import FILES_FOLDER, KEY_FILE, SCHEMA_VERSION, SiteFolder, SiteSettings
from crm_platform.sites.opening import Site, open_site

ABOUT = "about.json"
DATABASE = "database"
CHUNK = 1 << 20
KEPT = 3
"""Backups of one kind that the site's own folder keeps."""
Progress = Callable[[int], None]


@dataclass(frozen=True)
class About:
    """What an archive says of itself: which version wrote it, the site's settings, a digest per table."""

    version: str
    schema_version: int
    settings: SiteSettings
    digests: dict[str, str]


def backup(site: Site, target: Path, progress: Progress | None = None) -> About:
    """Write the archive `target` (a .zip file, readable by its owner only).

    The database's part is one consistent snapshot; attachments are never changed in place, so those the snapshot names
    are copied after it. The archive holds the secret key: keep it as you keep the site. Raises ValidationError when
    `target` is there already; an unfinished archive is never left under its name.
    """
    if target.exists():
        raise ValidationError("{path} is there already. Name a new file for the backup.", path=str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as work:
        folder = Path(work)
        digests = site.runtime.database.backup(folder / DATABASE, progress)
        about = About(__version__, SCHEMA_VERSION, replace(site.settings, database=""), digests)
        (folder / ABOUT).write_bytes(orjson.dumps(asdict(about), option=orjson.OPT_INDENT_2))
        partial = folder / "archive"
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, name in _members(site.folder, folder):
                archive.write(path, name)
        partial.rename(target)
    return about


def back_up_before(site: Site, what: str) -> Path:
    """Back the site up into its own folder, before `what` (a word for the file's name) gives something up.

    The newest of these backups are kept, KEPT of them.
    """
    folder = site.folder.backups
    target = folder / f"{what}-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.zip"
    backup(site, target)
    for old in sorted(folder.glob(f"{what}-*.zip"))[:-KEPT]:
        old.unlink()
    return target


def _members(site: SiteFolder, folder: Path) -> Iterator[tuple[Path, str]]:
    yield folder / ABOUT, ABOUT
    yield site.path / KEY_FILE, KEY_FILE
    for path in sorted((folder / DATABASE).iterdir()):
        yield path, f"{DATABASE}/{path.name}"
    for path in sorted(site.files.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path, f"{FILES_FOLDER}/{path.relative_to(site.files).as_posix()}"


def restore(archive: Path, target: Path, *, database: str = "", progress: Progress | None = None) -> Site:
    """Make the site of `archive` in the new or empty folder `target` and return it open, migrated to this version.

    `database` is a postgresql:// URL of an empty database, or empty for SQLite. Raises ValidationError for a damaged or
    newer archive, a folder that is not empty, an unsafe path; nothing is left behind then.
    """
    if target.exists() and any(target.iterdir()):
        raise ValidationError("{path} is not empty. Restore into a new folder.", path=str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".restore-") as work:
        folder = Path(work)
        _extract(archive, folder)
        about = _read_about(folder / ABOUT)
        return _rebuild(folder, target, replace(about.settings, database=database), progress)


def _rebuild(source: Path, target: Path, settings: SiteSettings, progress: Progress | None) -> Site:
    existed = target.exists()
    try:
        site_folder = SiteFolder(target)
        site_folder.write_settings(settings)
        shutil.move(source / KEY_FILE, target / KEY_FILE)
        if (source / FILES_FOLDER).is_dir():
            shutil.move(source / FILES_FOLDER, site_folder.files)
        else:
            site_folder.files.mkdir()
        site = open_site(target)
        site.runtime.database.restore(source / DATABASE, progress)
        migrate(site)
        return site
    except BaseException:
        shutil.rmtree(target)
        if existed:
            target.mkdir()
        raise


def _read_about(path: Path) -> About:
    try:
        values = orjson.loads(path.read_bytes())
        schema = int(values["schema_version"])
        if schema > SCHEMA_VERSION:
            raise ValidationError(
                "The backup was made by crm-platform {version} (schema {theirs}); this one knows schema {ours}. "
                "Upgrade crm-platform first.",
                version=values["version"],
                theirs=schema,
                ours=SCHEMA_VERSION,
            )
        return About(values["version"], schema, SiteSettings(**values["settings"]), values["digests"])
    except (OSError, KeyError, TypeError, ValueError, orjson.JSONDecodeError) as error:
        raise ValidationError("The archive is no backup of a site: {reason}", reason=str(error)) from None


def _extract(archive: Path, folder: Path) -> None:
    """Write the members whose names and kinds are those that `backup` writes; one other refuses the whole archive."""
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [member for member in opened.infolist() if not member.is_dir()]
            for member in members:
                _check_member(member)
            for member in members:
                path = folder / member.filename
                path.parent.mkdir(parents=True, exist_ok=True)
                mode = 0o600 if member.filename == KEY_FILE else 0o644
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
                with os.fdopen(descriptor, "wb") as target, opened.open(member) as source:
                    shutil.copyfileobj(source, target, CHUNK)
    except (OSError, zipfile.BadZipFile) as error:
        raise ValidationError(
            "{path} cannot be read as a backup: {reason}", path=str(archive), reason=str(error)
        ) from None


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.filename
    parts = PurePosixPath(name).parts
    mode = member.external_attr >> 16
    safe = not name.startswith("/") and ".." not in parts and "\\" not in name and "\0" not in name
    known = name in (ABOUT, KEY_FILE) or (len(parts) >= 2 and parts[0] in (DATABASE, FILES_FOLDER))
    if not safe or not known or (mode and not S_ISREG(mode)):
        raise ValidationError("Unsafe path in archive: {name}. Nothing was restored.", name=name[:80])
