"""System.Text.Encoding and StringBuilder."""

from dataclasses import dataclass
from typing import Any

from localazure.windows.powershell.dotnet.building import (
    Members,
    argument_null,
    argument_wrong,
    declare,
    out_of_range,
)
from localazure.windows.powershell.dotnet.composite_format import composite_format
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.values import PsObject


@dataclass(eq=False)
class Encoding:
    """A .NET encoding: Python's codec, the byte order mark it writes, and what .NET calls it."""

    type_name: str
    codec: str
    preamble: bytes
    web_name: str
    title: str
    code_page: int

    def encode(self, text: str) -> bytes:
        return text.encode(self.codec, "replace" if self.codec in _NARROW else "surrogatepass")

    def decode(self, data: bytes) -> str:
        return data.decode(self.codec, "replace")

    def __str__(self) -> str:
        return self.type_name


_NARROW = {"ascii", "cp1252", "cp437", "latin-1", "cp850"}
_T = "System.Text."
UTF8 = Encoding(f"{_T}UTF8Encoding", "utf-8", b"\xef\xbb\xbf", "utf-8", "Unicode (UTF-8)", 65001)
UTF8_BARE = Encoding(f"{_T}UTF8Encoding", "utf-8", b"", "utf-8", "Unicode (UTF-8)", 65001)
UNICODE = Encoding(f"{_T}UnicodeEncoding", "utf-16-le", b"\xff\xfe", "utf-16", "Unicode", 1200)
BIG_ENDIAN = Encoding(f"{_T}UnicodeEncoding", "utf-16-be", b"\xfe\xff", "utf-16BE", "Unicode (Big-Endian)", 1201)
UTF32 = Encoding(f"{_T}UTF32Encoding", "utf-32-le", b"\xff\xfe\0\0", "utf-32", "Unicode (UTF-32)", 12000)
ASCII = Encoding(f"{_T}ASCIIEncoding", "ascii", b"", "us-ascii", "US-ASCII", 20127)
WINDOWS = Encoding(f"{_T}SBCSCodePageEncoding", "cp1252", b"", "Windows-1252", "Western European (Windows)", 1252)
LATIN = Encoding(f"{_T}Latin1Encoding", "latin-1", b"", "iso-8859-1", "Western European (ISO)", 28591)
OEM = Encoding(f"{_T}SBCSCodePageEncoding", "cp437", b"", "IBM437", "OEM United States", 437)
_ALL = (UTF8, UNICODE, BIG_ENDIAN, UTF32, ASCII, WINDOWS, LATIN, OEM)
_NAMES = {one.web_name.lower(): one for one in _ALL} | {
    "ascii": ASCII,
    "utf8": UTF8,
    "unicode": UNICODE,
    "latin1": LATIN,
}


def encoding_of(value: Any) -> Encoding:
    """An encoding given as itself, by name or by code page.

    Raises:
        PsError: ArgumentException, there is none of that name.
    """
    if isinstance(value, Encoding):
        return value
    if isinstance(value, int):
        found = next((one for one in _ALL if one.code_page == int(value)), None)
        if found is None:
            raise argument_wrong(f"No data is available for encoding {int(value)}.")
        return found
    name = to_text(value).lower()
    if name not in _NAMES:
        raise argument_wrong(f"'{to_text(value)}' is not a supported encoding name.", "name")
    return _NAMES[name]


def _bytes(encoding: Encoding, text: Any, start: int = 0, count: int | None = None) -> bytearray:
    if text is None:
        raise argument_null("chars")
    whole = "".join(to_text(char) for char in text) if isinstance(text, list) else to_text(text)
    return bytearray(encoding.encode(whole[start:] if count is None else whole[start : start + count]))


def _string(encoding: Encoding, data: Any, start: int = 0, count: int | None = None) -> str:
    if data is None:
        raise argument_null("bytes")
    if count is not None and start + count > len(data):
        raise out_of_range("Index and count must refer to a location within the buffer.", "bytes")
    part = bytes(data)[start:] if count is None else bytes(data)[start : start + count]
    return encoding.decode(part)


ENCODING = declare(
    "System.Text.Encoding",
    Members(
        static={
            "GetEncoding": encoding_of,
            "Convert": lambda source, target, data: bytearray(target.encode(source.decode(bytes(data)))),
        },
        constants={
            "UTF8": UTF8,
            "Unicode": UNICODE,
            "BigEndianUnicode": BIG_ENDIAN,
            "UTF32": UTF32,
            "ASCII": ASCII,
            "Default": WINDOWS,
        },
        methods={
            "GetBytes": _bytes,
            "GetString": _string,
            "GetChars": lambda encoding, data: list(_string(encoding, data)),
            "GetByteCount": lambda encoding, text: len(_bytes(encoding, text)),
            "GetCharCount": lambda encoding, data: len(_string(encoding, data)),
            "GetPreamble": lambda encoding: bytearray(encoding.preamble),
        },
        get={
            "BodyName": lambda encoding: encoding.web_name,
            "EncodingName": lambda encoding: encoding.title,
            "WebName": lambda encoding: encoding.web_name,
            "CodePage": lambda encoding: encoding.code_page,
        },
    ),
)
_BASE = "System.Text.Encoding"
UTF8_TYPE = declare(
    UTF8.type_name,
    Members(new=lambda mark=False, *_throw: UTF8 if mark is True or getattr(mark, "is_present", False) else UTF8_BARE),
    base=_BASE,
)
UNICODE_TYPE = declare(UNICODE.type_name, Members(new=lambda *_how: UNICODE), base=_BASE)
ASCII_TYPE = declare(ASCII.type_name, Members(new=lambda: ASCII), base=_BASE)
UTF32_TYPE = declare(UTF32.type_name, Members(new=lambda *_how: UTF32), base=_BASE)
CODE_PAGE_TYPE = declare(OEM.type_name, Members(), base=_BASE)
LATIN_TYPE = declare(LATIN.type_name, Members(), base=_BASE)


def _built(builder: PsObject) -> str:
    chars: Any = builder.base
    return "".join(chars)


def _builder(*args: Any) -> PsObject:
    text = next((one for one in args if isinstance(one, str)), "")
    made = PsObject.typed("System.Text.StringBuilder", text=_built)
    made.base = list(text)
    return made


def _appended(builder: PsObject, text: str) -> PsObject:
    builder.base.extend(text)  # type: ignore[attr-defined]
    return builder


def _append(builder: PsObject, value: Any, count: Any = 1, length: Any = None) -> PsObject:
    if isinstance(value, list):
        value = "".join(to_text(item) for item in value)
    if length is not None:
        return _appended(builder, to_text(value)[int(count) : int(count) + int(length)])
    return _appended(builder, to_text(value) * int(count))


def _edit(builder: PsObject, start: int, end: int, text: str) -> PsObject:
    builder.base[start:end] = text  # type: ignore[index]
    return builder


def _replace(builder: PsObject, old: object, new: object) -> PsObject:
    whole = _built(builder)
    builder.base = list(whole.replace(to_text(old), to_text(new)))
    return builder


STRING_BUILDER = declare(
    "System.Text.StringBuilder",
    Members(
        new=_builder,
        methods={
            "Append": _append,
            "AppendLine": lambda builder, text="": _appended(builder, to_text(text) + "\r\n"),
            "AppendFormat": lambda builder, form, *args: _appended(
                builder, composite_format(form, args[0] if len(args) == 1 and isinstance(args[0], list) else args)
            ),
            "Insert": lambda builder, at, value: _edit(builder, int(at), int(at), to_text(value)),
            "Remove": lambda builder, at, count: _edit(builder, int(at), int(at) + int(count), ""),
            "Replace": _replace,
            "Clear": lambda builder: _edit(builder, 0, len(builder.base), ""),
            "ToString": lambda builder, start=0, count=None: "".join(
                builder.base[start : None if count is None else start + count]
            ),
        },
        get={"Length": lambda builder: len(builder.base), "Capacity": lambda builder: max(16, len(builder.base))},
        set={"Length": lambda builder, size: _edit(builder, int(size), len(builder.base), "")},
    ),
)
