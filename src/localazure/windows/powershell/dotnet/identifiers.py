"""Guid, Version, Uri, Type, Enum, ScriptBlock, credentials: values that name things."""

import uuid
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from localazure.windows.powershell.dotnet.building import Members, argument_wrong, bad_format, declare, with_engine
from localazure.windows.powershell.dotnet.composite_format import format_value
from localazure.windows.powershell.dotnet.scalars import try_parse
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.types import enumeration
from localazure.windows.powershell.values import (
    EnumValue,
    Int16,
    PsObject,
    PsVersion,
    TypedArray,
    TypeLiteral,
    error,
)


def _parse_guid(text: object, *_form: object) -> uuid.UUID:
    try:
        return uuid.UUID(to_text(text).strip())
    except ValueError:
        raise bad_format(
            "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)."
        ) from None


def _new_guid(source: Any = None) -> uuid.UUID:
    if isinstance(source, bytearray):
        return uuid.UUID(bytes_le=bytes(source))
    return uuid.UUID(int=0) if source is None else _parse_guid(source)


GUID = declare(
    "System.Guid",
    Members(
        new=_new_guid,
        static={"NewGuid": uuid.uuid4, "Parse": _parse_guid, "TryParse": try_parse(_parse_guid)},
        constants={"Empty": uuid.UUID(int=0)},
        methods={
            "ToString": lambda value, form="D", *_culture: format_value(value, form),
            "ToByteArray": lambda value: bytearray(value.bytes_le),
        },
        get={"Guid": str},
    ),
    aliases=("guid",),
    base="System.ValueType",
    python=uuid.UUID,
)


def _parse_version(text: object) -> PsVersion:
    parts = to_text(text).strip().split(".")
    if not 2 <= len(parts) <= 4:
        raise argument_wrong("Version string portion was too short or too long.")
    if not all(part.strip().isdigit() for part in parts):
        raise bad_format()
    return PsVersion(*(int(part) for part in parts))


def _new_version(*parts: Any) -> PsVersion:
    if not parts:
        return PsVersion(0, 0)
    return _parse_version(parts[0]) if len(parts) == 1 else PsVersion(*(int(part) for part in parts))


VERSION = declare(
    "System.Version",
    Members(
        new=_new_version,
        static={"Parse": _parse_version, "TryParse": try_parse(_parse_version)},
        methods={
            "ToString": lambda value, count=4: ".".join(str(value).split(".")[: int(count)]),
            "CompareTo": lambda value, other: (other < value) - (value < other),
        },
        get={
            "Major": lambda value: value.major,
            "Minor": lambda value: value.minor,
            "Build": lambda value: value.build,
            "Revision": lambda value: value.revision,
            "MajorRevision": lambda value: Int16(value.revision >> 16),
            "MinorRevision": lambda value: Int16(value.revision if value.revision < 0 else value.revision & 0xFFFF),
        },
    ),
    aliases=("version",),
    python=PsVersion,
)

_PORTS = {"http": 80, "https": 443, "ftp": 21}


def _new_uri(text: object, *_kind: object) -> PsObject:
    given = to_text(text)
    parts = urlsplit(given)
    if not parts.scheme:
        raise error("System.UriFormatException", "Invalid URI: The format of the URI could not be determined.")
    path = parts.path or ("/" if parts.netloc else "")
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    host = parts.hostname or ""
    port = parts.port if parts.port is not None else _PORTS.get(parts.scheme, -1)
    shown_port = "" if port == _PORTS.get(parts.scheme, -1) else f":{port}"
    whole = f"{parts.scheme}://{host}{shown_port}{path}{query}{fragment}" if parts.netloc else given
    properties = {
        "AbsolutePath": path,
        "AbsoluteUri": whole,
        "LocalPath": unquote(path),
        "Authority": host + shown_port,
        "IsDefaultPort": not shown_port,
        "IsFile": parts.scheme == "file",
        "PathAndQuery": path + query,
        "Segments": TypedArray(["/", *_segments(path)], "System.String"),
        "Host": host,
        "Port": port,
        "Query": query,
        "Fragment": fragment,
        "Scheme": parts.scheme,
        "OriginalString": given,
        "IsAbsoluteUri": True,
        "UserInfo": parts.username or "",
    }
    return PsObject.typed("System.Uri", properties, text=whole)


def _segments(path: str) -> list[str]:
    names = path.lstrip("/").split("/")
    return [f"{name}/" for name in names[:-1]] + ([names[-1]] if names[-1] else [])


URI = declare(
    "System.Uri",
    Members(
        new=_new_uri,
        static={
            "EscapeDataString": lambda text: quote(to_text(text), safe="-_.!~*'()"),
            "UnescapeDataString": lambda text: unquote(to_text(text)),
            "EscapeUriString": lambda text: quote(to_text(text), safe="-_.!~*'();/?:@&=+$,#[]"),
            "IsWellFormedUriString": lambda text, *_kind: bool(urlsplit(to_text(text)).scheme),
        },
    ),
    aliases=("uri",),
)
URI_KIND = enumeration("System.UriKind", {"RelativeOrAbsolute": 0, "Absolute": 1, "Relative": 2})


def _short(value: TypeLiteral) -> str:
    return value.name.partition("[[")[0].rpartition(".")[2] if "[[" in value.name else value.name.rpartition(".")[2]


def _base_type(engine: Any, value: TypeLiteral) -> TypeLiteral | None:
    if value.name.endswith("[]"):
        return TypeLiteral("System.Array")
    known = engine.types.find(value.name)
    return None if known is None or known.name == "System.Object" else TypeLiteral(known.base)


TYPE = declare(
    "System.RuntimeType",
    Members(
        methods={"ToString": lambda value: value.name},
        get={
            "FullName": lambda value: value.name,
            "Name": _short,
            "Namespace": lambda value: value.name.partition("[")[0].rpartition(".")[0],
            "BaseType": with_engine(_base_type),
            "IsArray": lambda value: value.name.endswith("[]"),
            "IsEnum": with_engine(lambda engine, value: bool(getattr(engine.types.find(value.name), "enum", None))),
            "IsValueType": with_engine(
                lambda engine, value: getattr(engine.types.find(value.name), "base", "") == "System.ValueType"
            ),
        },
    ),
    base="System.Type",
    python=TypeLiteral,
)
SYSTEM_TYPE = declare(
    "System.Type",
    Members(static={"GetType": with_engine(lambda engine, name, *_strict: engine.types.literal(to_text(name)))}),
    aliases=("type",),
)


def _enum_entries(engine: Any, kind: object) -> dict[str, int]:
    known = engine.types.find(getattr(kind, "name", kind))
    if known is None or not known.enum:
        raise argument_wrong("Type provided must be an Enum.", "enumType")
    return dict(sorted(known.enum.items(), key=lambda entry: entry[1]))


def _enum_values(engine: Any, kind: TypeLiteral) -> list[EnumValue]:
    return [EnumValue(kind.name, name, number) for name, number in _enum_entries(engine, kind).items()]


def _is_defined(engine: Any, kind: object, value: object) -> bool:
    entries = _enum_entries(engine, kind)
    return value in entries if isinstance(value, str) else getattr(value, "number", value) in entries.values()


ENUM = declare(
    "System.Enum",
    Members(
        static={
            "GetNames": with_engine(lambda engine, kind: TypedArray(_enum_entries(engine, kind), "System.String")),
            "GetValues": with_engine(_enum_values),
            "Parse": with_engine(lambda engine, kind, text, *_fold: engine.convert(text, kind.name)),
            "IsDefined": with_engine(_is_defined),
            "GetName": with_engine(
                lambda engine, kind, number: next(
                    (name for name, own in _enum_entries(engine, kind).items() if own == int(number)), None
                )
            ),
        },
        methods={
            "ToString": lambda value, form="": format_value(value, form),
            "HasFlag": lambda value, flag: value.number & flag.number == flag.number,
        },
        get={"value__": lambda value: value.number},
    ),
)
