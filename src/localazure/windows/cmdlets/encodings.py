"""The encodings that Windows PowerShell 5.1's file commands know, by its names for them."""

from __future__ import annotations

import codecs

_NAMES = {
    "ascii": ("ascii", b""),
    "default": ("cp1252", b""),
    "oem": ("cp437", b""),
    "string": ("utf-16-le", codecs.BOM_UTF16_LE),
    "unicode": ("utf-16-le", codecs.BOM_UTF16_LE),
    "bigendianunicode": ("utf-16-be", codecs.BOM_UTF16_BE),
    "unknown": ("utf-16-le", codecs.BOM_UTF16_LE),
    "utf32": ("utf-32-le", codecs.BOM_UTF32_LE),
    "utf7": ("utf-7", b""),
    "utf8": ("utf-8", codecs.BOM_UTF8),
}
ENCODING_NAMES = ("Unknown", "String", "Unicode", "Byte", "BigEndianUnicode", "UTF8", "UTF7", "UTF32", "Ascii",
                  "Default", "Oem", "BigEndianUTF32")  # fmt: skip
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def encode(text: str, encoding: str | None, *, first: bool) -> bytes:
    """Bytes of a text; with ``first`` it begins the file, and the encoding's mark goes before it."""
    codec, mark = _NAMES.get((encoding or "default").lower(), _NAMES["default"])
    errors = "surrogatepass" if codec.startswith("utf") else "replace"
    return (mark if first else b"") + text.encode(codec, errors)


def decode(data: bytes, encoding: str | None = None) -> str:
    """A file's text: by its mark, else by the encoding given, else in the ANSI code page."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, "replace")
    codec = _NAMES.get((encoding or "default").lower(), _NAMES["default"])[0]
    if codec == "cp1252":
        return "".join(_ANSI[byte] for byte in data)
    return data.decode(codec, "replace")


def encoding_of(data: bytes) -> str | None:
    """The name of the encoding that a file's mark says, for what is added to it."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return next(name for name, (known, bom) in _NAMES.items() if known == codec and bom)
    return None


def _ansi(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        # Windows maps the bytes that the page leaves out to the control characters of their number.
        return chr(byte)


_ANSI = [_ansi(byte) for byte in range(256)]
