"""What a ``.proto`` file declares: frozen facts with the spans they were read from.

The shapes follow ``google/protobuf/descriptor.proto`` with its field numbers, labels and nesting,
but names stay as written and unresolved, and a half-typed declaration is a fact too: what is not
there yet is ``""`` or ``None``. All spans are byte offsets into ``ProtoFile.source``.
"""

from .facts import (
    ANY,
    MAX_ENUM_NUMBER,
    MAX_FIELD_NUMBER,
    SCALARS,
    TYPE,
    Contract,
    Enum,
    EnumValue,
    Field,
    Head,
    Import,
    Message,
    NumberRange,
    Oneof,
    Option,
    Parts,
    Rpc,
    Service,
    TypeRef,
    moved,
)
from .files import OUR_NAME, Declaration, FileOutline, ProtoFile, Shelved, components, in_order
from .names import declared_types, field_refs, json_name, nested_types, type_refs
from .outlines import Digest, Outline, digested

__all__ = [
    "ANY",
    "MAX_ENUM_NUMBER",
    "MAX_FIELD_NUMBER",
    "OUR_NAME",
    "SCALARS",
    "TYPE",
    "Contract",
    "Declaration",
    "Digest",
    "Enum",
    "EnumValue",
    "Field",
    "FileOutline",
    "Head",
    "Import",
    "Message",
    "NumberRange",
    "Oneof",
    "Option",
    "Outline",
    "Parts",
    "ProtoFile",
    "Rpc",
    "Service",
    "Shelved",
    "TypeRef",
    "components",
    "declared_types",
    "digested",
    "field_refs",
    "in_order",
    "json_name",
    "moved",
    "nested_types",
    "type_refs",
]
