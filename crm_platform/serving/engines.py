"""What may wake a worker, by name; whether a site can have it."""

from __future__ import annotations

from importlib.util import find_spec

from crm_platform.errors import ValidationError

BUILT_IN = "builtin"
PROCRASTINATE = "procrastinate"
AUTOMATIC = "auto"
"""procrastinate on a site that has had a worker with it, else the built-in one."""

ENGINES = (AUTOMATIC, BUILT_IN, PROCRASTINATE)


def require_engine(engine: str, database: str) -> None:
    """Raises ValidationError when a site with this database URL cannot have its jobs delivered by `engine`."""
    if engine not in ENGINES:
        known = ", ".join(ENGINES)
        raise ValidationError("There is no engine {name}. Known engines: {known}.", name=engine, known=known)
    if engine != PROCRASTINATE:
        return
    if not database:
        raise ValidationError(
            "procrastinate needs PostgreSQL, and this site is on SQLite. Leave --engine out, or make the site with "
            "--db postgresql://…"
        )
    if find_spec(PROCRASTINATE) is None:
        raise ValidationError("procrastinate is not installed. Run: pip install 'crm_platform[procrastinate]'")
