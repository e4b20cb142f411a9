"""What packs change in definitions that are not theirs: told when a server starts, so that nothing changes silently."""

from __future__ import annotations

from collections.abc import Iterable, Set

from crm_platform.metadata.layers import ENGINE, SITE
from crm_platform.metadata.model import Definitions, DocType


def overrides(definitions: Definitions, known: Set[str] = frozenset()) -> list[str]:
    """One sentence per pack and foreign DocType: the properties and permission rows that its layer decides.

    Packs that are `known` are left out.
    """
    sentences = []
    for doctype in sorted(definitions.values(), key=lambda found: found.name):
        for layer in (one for one in _foreign_layers(doctype) if one not in known):
            changed = sorted(key for key, by in doctype.provenance.items() if by == layer)
            sentences.append(f"Pack {layer} changes the DocType {doctype.name}: {', '.join(changed)}.")
    return sentences


def _foreign_layers(doctype: DocType) -> Iterable[str]:
    return sorted(set(doctype.provenance.values()) - {doctype.layer, SITE, ENGINE})
