"""What the ``google/protobuf`` files that every compiler ships declare.

Written out, since importing the runtime to ask it would double the time of a small check;
``tests/test_resolution.py`` compares with the runtime's descriptors.
"""

from __future__ import annotations

from collections.abc import Iterator

_MESSAGES = {
    "any": "Any",
    "api": "Api Method Mixin",
    "descriptor": (
        "DescriptorProto DescriptorProto.ExtensionRange DescriptorProto.ReservedRange "
        "EnumDescriptorProto EnumDescriptorProto.EnumReservedRange EnumOptions "
        "EnumValueDescriptorProto EnumValueOptions ExtensionRangeOptions "
        "ExtensionRangeOptions.Declaration FeatureSet FeatureSet.ProtoLimitsFeature "
        "FeatureSet.VisibilityFeature FeatureSetDefaults "
        "FeatureSetDefaults.FeatureSetEditionDefault FieldDescriptorProto FieldOptions "
        "FieldOptions.EditionDefault FieldOptions.FeatureSupport FileDescriptorProto "
        "FileDescriptorSet FileOptions GeneratedCodeInfo GeneratedCodeInfo.Annotation "
        "MessageOptions MethodDescriptorProto MethodOptions OneofDescriptorProto OneofOptions "
        "ServiceDescriptorProto ServiceOptions SourceCodeInfo SourceCodeInfo.Location "
        "UninterpretedOption UninterpretedOption.NamePart "
    ),
    "duration": "Duration",
    "empty": "Empty",
    "field_mask": "FieldMask",
    "source_context": "SourceContext",
    "struct": "ListValue Struct Struct.FieldsEntry Value",
    "timestamp": "Timestamp",
    "type": "Enum EnumValue Field Option Type",
    "wrappers": (
        "BoolValue BytesValue DoubleValue FloatValue Int32Value Int64Value StringValue "
        "UInt32Value UInt64Value "
    ),
}
_ENUMS = {
    "descriptor": (
        "Edition ExtensionRangeOptions.VerificationState FeatureSet.EnforceNamingStyle "
        "FeatureSet.EnumType FeatureSet.FieldPresence FeatureSet.JsonFormat "
        "FeatureSet.MessageEncoding FeatureSet.ProtoLimitsFeature.EnforceProtoLimits "
        "FeatureSet.RepeatedFieldEncoding FeatureSet.Utf8Validation "
        "FeatureSet.VisibilityFeature.DefaultSymbolVisibility FieldDescriptorProto.Label "
        "FieldDescriptorProto.Type FieldOptions.CType FieldOptions.JSType "
        "FieldOptions.OptionRetention FieldOptions.OptionTargetType FileOptions.OptimizeMode "
        "GeneratedCodeInfo.Annotation.Semantic MethodOptions.IdempotencyLevel "
        "SymbolVisibility "
    ),
    "struct": "NullValue",
    "type": "Field.Cardinality Field.Kind Syntax",
}


def well_known(path: str) -> Iterator[tuple[str, str]]:
    """What ``path``, as an import names it, declares: each FQN with its kind; else nothing."""
    folder, _, name = path.rpartition("/")
    if folder == "google/protobuf":
        stem = name.removesuffix(".proto")
        for kind, names in (("message", _MESSAGES), ("enum", _ENUMS)):
            for each in names.get(stem, "").split():
                yield f"google.protobuf.{each}", kind
