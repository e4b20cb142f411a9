"""The effective model: immutable DocTypes, fields and permission rows that runtime code may assume valid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from crm_platform.metadata.kinds import CHILD_COLUMNS, FIELD_KINDS, STANDARD_COLUMNS, TABLE_TYPES, FieldKind, Storage

EMPTY: Mapping[str, Any] = MappingProxyType({})
TEXT: Storage = "text"

PERSONAL, CONFIDENTIAL, SECRET = "Personal", "Confidential", "Secret"
SENSITIVITIES = ("", PERSONAL, CONFIDENTIAL, SECRET)
"""Our DocField.sensitivity. Personal: part of reports and erasures; confidential: masked besides; secret: encrypted
besides."""
FORMATS_OF_MASKS = {"Email": "Email", "Phone": "Phone", "Name": "Name", "IBAN": "ID Number"}
"""DocField.options of a Data field → how its mask looks."""


def _empty() -> Mapping[str, Any]:
    return EMPTY


PERMISSION_ACTIONS = (
    "select",
    "read",
    "write",
    "create",
    "delete",
    "submit",
    "cancel",
    "amend",
    "print",
    "email",
    "report",
    "import",
    "export",
    "share",
    "mask",
)
"""Frappe's rights. `mask` is the right to see what a masked field holds."""


@dataclass(frozen=True, eq=False)
class Field:
    """A Frappe DocField as it takes effect. `properties` holds every property of the definition, known or not."""

    fieldname: str
    fieldtype: str
    label: str = ""
    options: str = ""
    reqd: bool = False
    unique: bool = False
    set_only_once: bool = False
    non_negative: bool = False
    search_index: bool = False
    no_copy: bool = False
    allow_on_submit: bool = False
    read_only: bool = False
    hidden: bool = False
    is_virtual: bool = False
    permlevel: int = 0
    length: int = 0
    precision: int | None = None
    default: str | None = None
    fetch_from: str = ""
    fetch_if_empty: bool = False
    in_list_view: bool = False
    in_standard_filter: bool = False
    in_global_search: bool = False
    ignore_user_permissions: bool = False
    ignore_xss_filter: bool = False
    is_absent: bool = False
    """Whether it is a table of a DocType that is not there: it holds no rows until that comes."""
    layer: str = ""
    properties: Mapping[str, Any] = field(default_factory=_empty)

    @cached_property
    def kind(self) -> FieldKind:
        return FIELD_KINDS[self.fieldtype]

    @cached_property
    def has_column(self) -> bool:
        return self.kind.has_column and not self.is_virtual

    @cached_property
    def is_table(self) -> bool:
        return self.fieldtype in TABLE_TYPES

    @cached_property
    def holds_rows(self) -> bool:
        """Whether it is a table of a DocType that is there."""
        return self.is_table and not self.is_absent

    @cached_property
    def storage(self) -> Storage:
        return self.kind.storage

    @cached_property
    def sensitivity(self) -> str:
        """One of SENSITIVITIES; Frappe's mark `mask` makes a field confidential."""
        level = str(self.properties.get("sensitivity") or "")
        return level or (CONFIDENTIAL if self.properties.get("mask") in (1, "1", True) else "")

    @cached_property
    def is_masked(self) -> bool:
        """Whether its values are Masked wherever they are read."""
        return self.has_column and self.sensitivity in (CONFIDENTIAL, SECRET)

    @cached_property
    def is_encrypted(self) -> bool:
        """Whether its values are encrypted in the database."""
        return self.has_column and self.sensitivity == SECRET

    @cached_property
    def mask_format(self) -> str:
        """How much a mask shows (a key of masking.MASKS): our DocField.mask_format, or what fits the field."""
        asked = str(self.properties.get("mask_format") or "")
        usual = "Phone" if self.fieldtype == "Phone" else FORMATS_OF_MASKS.get(self.options, "All")
        return asked or usual

    @cached_property
    def exact_search(self) -> bool:
        """Whether an encrypted field is found by its exact value (our DocField.exact_search)."""
        return self.is_encrypted and self.properties.get("exact_search") in (1, "1", True)

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """The values of a Select, one per line of `options` (a blank first line makes the field optional)."""
        return tuple(line.strip() for line in self.options.split("\n"))


@dataclass(frozen=True)
class DocPerm:
    """One permission row (Frappe DocPerm). An omitted flag is 0, also over REST."""

    role: str
    permlevel: int = 0
    if_owner: bool = False
    if_team: bool = False
    """Our addition: for documents of the user's teams (Frappe's User Group); the own documents are among them."""
    actions: frozenset[str] = frozenset()
    properties: Mapping[str, Any] = field(default_factory=_empty, compare=False, repr=False)
    """The whole row of the definition, known or not."""


@dataclass(frozen=True, eq=False)
class DocType:
    """A Frappe DocType as it takes effect after all layers are merged."""

    name: str
    module: str = ""
    fields: tuple[Field, ...] = ()
    permissions: tuple[DocPerm, ...] = ()
    issingle: bool = False
    istable: bool = False
    is_submittable: bool = False
    is_tree: bool = False
    is_virtual: bool = False
    custom: bool = False
    autoname: str = ""
    naming_rule: str = ""
    allow_rename: bool = False
    title_field: str = ""
    search_fields: tuple[str, ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    """Fields that are indexed together (our DocType.indexes): a question about them is answered without the rows."""
    sort_field: str = "modified"
    sort_order: str = "DESC"
    image_field: str = ""
    nsm_parent_field: str = ""
    track_changes: bool = False
    allow_import: bool = False
    max_attachments: int = 0
    layer: str = ""
    properties: Mapping[str, Any] = field(default_factory=_empty)
    unknown: Mapping[str, Any] = field(default_factory=_empty)
    sort_keys: Mapping[str, str] = field(default_factory=_empty)
    """Columns beside fields that lists are sorted by (see sort_keys.sort_keys_of); empty on sites that keep none."""
    provenance: Mapping[str, str] = field(default_factory=_empty)
    """Layer of each property that another layer changed: "property" or "fieldname.property" → layer (see layer_of)."""

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {f.fieldname: f for f in self.fields if f.fieldname}

    @cached_property
    def columns(self) -> dict[str, Storage]:
        """Every column of the table in REST order: standard ones, fields, then those of a child row."""
        tail = CHILD_COLUMNS if self.istable else {}
        return {**STANDARD_COLUMNS, **{f.fieldname: f.storage for f in self.fields if f.has_column}, **tail}

    @cached_property
    def no_values(self) -> dict[str, None]:
        """Every column of the table with nothing in it."""
        return dict.fromkeys(self.columns)

    @cached_property
    def stored_columns(self) -> dict[str, Storage]:
        """Every column of the table: those that a document has, then what is kept beside them."""
        return {**self.columns, **dict.fromkeys(self.sort_keys.values(), TEXT)}

    @cached_property
    def beside_columns(self) -> frozenset[str]:
        """The names of what a document may hold besides its columns: tables, virtual fields, what is kept beside."""
        return frozenset({*self.row_fields, *self.single_values, *self.stored_columns} - self.columns.keys())

    @cached_property
    def row_fields(self) -> tuple[str, ...]:
        """The names of all fields that hold rows, those without stored rows (virtual, absent) among them."""
        return tuple(field.fieldname for field in self.fields if field.is_table)

    @cached_property
    def data_fields(self) -> tuple[Field, ...]:
        return tuple(f for f in self.fields if f.has_column)

    @cached_property
    def single_values(self) -> frozenset[str]:
        """The names of everything in a document that is one value: columns and virtual fields, no tables."""
        virtual = {f.fieldname for f in self.fields if f.fieldname and f.is_virtual}
        return frozenset({*self.columns, *virtual} - {f.fieldname for f in self.fields if f.is_table})

    @cached_property
    def masked_fields(self) -> tuple[Field, ...]:
        """The fields whose values are Masked; most DocTypes have none and pay nothing."""
        return tuple(f for f in self.data_fields if f.is_masked)

    @cached_property
    def blind_fields(self) -> tuple[Field, ...]:
        """The encrypted fields that are found by their exact value."""
        return tuple(f for f in self.masked_fields if f.exact_search)

    @cached_property
    def password_fields(self) -> tuple[Field, ...]:
        return tuple(f for f in self.data_fields if f.fieldtype == "Password")

    @cached_property
    def unique_fields(self) -> tuple[Field, ...]:
        return tuple(f for f in self.data_fields if f.unique)

    @cached_property
    def tables(self) -> tuple[Field, ...]:
        """The tables of the definition, also those of DocTypes that are not there."""
        return tuple(f for f in self.fields if f.is_table and not f.is_virtual)

    @cached_property
    def table_fields(self) -> tuple[Field, ...]:
        """The tables that hold rows."""
        return tuple(f for f in self.tables if f.holds_rows)

    @cached_property
    def link_fields(self) -> tuple[Field, ...]:
        return tuple(f for f in self.data_fields if f.fieldtype == "Link")

    @cached_property
    def dynamic_link_fields(self) -> tuple[Field, ...]:
        return tuple(f for f in self.data_fields if f.fieldtype == "Dynamic Link")

    @cached_property
    def tree_parent(self) -> str:
        """The Link field to the parent node of a tree DocType (Frappe DocType.nsm_parent_field)."""
        return self.nsm_parent_field or "parent_" + self.name.lower().replace(" ", "_")

    @cached_property
    def title_in_links(self) -> str:
        """The field that stands for the name where somebody links here (Frappe DocType.show_title_field_in_link)."""
        return self.title_field if self.properties.get("show_title_field_in_link") else ""

    @cached_property
    def is_translated(self) -> bool:
        """Whether its names are shown in the reader's language (Frappe DocType.translated_doctype)."""
        return bool(self.properties.get("translated_doctype"))

    def field(self, fieldname: str) -> Field | None:
        return self.by_name.get(fieldname)

    def layer_of(self, name: str, fieldname: str = "") -> str:
        """The layer that gave a property of the DocType, or of one of its fields when `fieldname` is given."""
        key = f"{fieldname}.{name}" if fieldname else name
        owner = self.by_name.get(fieldname)
        return self.provenance.get(key) or (owner.layer if owner else self.layer)

    @property
    def table(self) -> str:
        return "tab" + self.name


@dataclass(frozen=True)
class WorkflowState:
    """One row of a Workflow's states (Frappe Workflow Document State)."""

    state: str
    doc_status: int
    allow_edit: str
    update_field: str = ""
    update_value: str = ""
    style: str = ""
    properties: Mapping[str, Any] = field(default_factory=_empty)


@dataclass(frozen=True)
class Transition:
    """One row of a Workflow's transitions (Frappe Workflow Transition)."""

    state: str
    action: str
    next_state: str
    allowed: str
    allow_self_approval: bool = True
    condition: str = ""
    approvals_required: int = 1
    properties: Mapping[str, Any] = field(default_factory=_empty)


@dataclass(frozen=True)
class ApprovalTier:
    """One row of a Workflow's approval tiers (Workflow Approval Tier, our own): whose approvals an action needs.

    Tiers of a lower number come first; those of one number stand side by side. `condition` says for which documents
    the tier counts. After `escalate_after` hours without its approvals the role `escalate_to` may give them, too.
    """

    state: str
    action: str
    role: str
    approvals: int = 1
    tier: int = 1
    condition: str = ""
    escalate_after: float = 0.0
    escalate_to: str = ""


@dataclass(frozen=True)
class Workflow:
    """An active Frappe Workflow of one DocType."""

    name: str
    document_type: str
    state_field: str = "workflow_state"
    states: tuple[WorkflowState, ...] = ()
    transitions: tuple[Transition, ...] = ()
    tiers: tuple[ApprovalTier, ...] = ()
    becomes: Mapping[str, str] = field(default_factory=_empty)
    """Where documents go that are in a state which the workflow no longer has (Workflow State Mapping, our own)."""
    layer: str = ""
    properties: Mapping[str, Any] = field(default_factory=_empty)

    def tiers_of(self, transition: Transition) -> tuple[ApprovalTier, ...]:
        """The tiers of an action, whatever their conditions."""
        return tuple(t for t in self.tiers if (t.state, t.action) == (transition.state, transition.action))

    def needs_approvals(self, transition: Transition) -> bool:
        """Whether the action gathers approvals before it moves a document."""
        return transition.approvals_required > 1 or bool(self.tiers_of(transition))

    @cached_property
    def statuses(self) -> Mapping[str, int]:
        """The document status of each state, in the order of the states."""
        return {row.state: row.doc_status for row in self.states}

    @cached_property
    def has_approvals(self) -> bool:
        return any(self.needs_approvals(transition) for transition in self.transitions)


@dataclass(frozen=True, eq=False)
class Definitions(Mapping[str, DocType]):
    """All effective DocTypes and active workflows of a site at one version. Immutable; replaced as a whole."""

    doctypes: Mapping[str, DocType]
    workflows: Mapping[str, Workflow] = field(default_factory=dict)
    """Active workflow by DocType name."""
    version: int = 0

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __getitem__(self, name: str) -> DocType:
        return self.doctypes[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.doctypes)

    def __len__(self) -> int:
        return len(self.doctypes)

    @cached_property
    def links_to(self) -> dict[str, list[tuple[DocType, Field]]]:
        """For each DocType the Link fields anywhere that point to it: the delete check and rename use this."""
        found: dict[str, list[tuple[DocType, Field]]] = {}
        for doctype in self.doctypes.values():
            for f in doctype.link_fields:
                found.setdefault(f.options, []).append((doctype, f))
        return found

    @cached_property
    def dynamic_links(self) -> tuple[tuple[DocType, Field], ...]:
        return tuple((d, f) for d in self.doctypes.values() for f in d.dynamic_link_fields)

    @cached_property
    def parents_of(self) -> dict[str, list[tuple[DocType, Field]]]:
        """For each child DocType the table fields that hold it."""
        found: dict[str, list[tuple[DocType, Field]]] = {}
        for doctype in self.doctypes.values():
            for f in doctype.table_fields:
                found.setdefault(f.options, []).append((doctype, f))
        return found
