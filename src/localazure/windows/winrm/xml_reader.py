"""Read a message from the network into elements, and nothing else.

Expat is driven directly: the standard ElementTree parser offers no way to refuse a document type declaration, and with
none there are no entities to expand. lxml would be one more compiled dependency, defusedxml parses in Python; expat
takes a 400 kB Send, one long text, in about a millisecond.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET
from xml.parsers import expat

_DEEPEST = 64


class UnreadableXml(ValueError):
    """Not well-formed, nested absurdly, or with a document type declaration, which SOAP forbids."""


def read_xml(text: bytes) -> ET.Element:
    """The root element; names are ``{namespace}name``. UTF-8, or UTF-16 with a byte order mark.

    Raises:
        UnreadableXml: see there.
    """
    builder = ET.TreeBuilder()
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise UnreadableXml(f"elements are nested more than {_DEEPEST} deep")
        builder.start(_name(name), {_name(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_name(name))

    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.buffer_size = max(len(text), 1024)
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise UnreadableXml(str(error)) from error
    return builder.close()


def _name(expanded: str) -> str:
    return "{" + expanded if "}" in expanded else expanded


def _refuse_doctype(*_: object) -> None:
    raise UnreadableXml("a document type declaration is not allowed in SOAP")
