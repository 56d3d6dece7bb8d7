"""One request: the headers every operation has, checked, and the body as elements."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from localazure.windows.winrm.durations import read_duration
from localazure.windows.winrm.faults import (
    envelope_too_small,
    invalid_timeout,
    missing_header,
    not_understood,
    schema_violation,
)
from localazure.windows.winrm.namespaces import ADDRESSING, ENUMERATION, MICROSOFT, SOAP, WSMAN, addressing, soap, wsman
from localazure.windows.winrm.settings import ServiceSettings
from localazure.windows.winrm.shell_faults import shell_id_required

_SMALLEST_ENVELOPE = 8192
_UNDERSTOOD = frozenset({ADDRESSING, WSMAN, MICROSOFT, ENUMERATION})


@dataclass(frozen=True)
class Caller:
    """Who asks, from where, by which name of this computer, and whether they still listen."""

    user: str
    address: str
    machine: str
    gone: Callable[[], bool]


@dataclass(frozen=True)
class Request:
    """The parts of an envelope.

    Attributes:
        to: the address the client used.
        selectors: by lower-case name.
        options: by upper-case name.
        timeout: seconds, the service's own limit applied.
        max_envelope: the largest answer, in bytes, both sides accept.
    """

    action: str
    resource: str
    message_id: str
    to: str
    selectors: Mapping[str, str]
    options: Mapping[str, str]
    timeout: float
    max_envelope: int
    body: Element

    @property
    def shell_id(self) -> str:
        """The shell the request is about; identifiers compare without regard to case.

        Raises:
            Fault: there is no such selector.
        """
        if "shellid" not in self.selectors:
            raise shell_id_required()
        return self.selectors["shellid"].upper()

    def first(self, name: str) -> Element:
        """The element of that name at the top of the body.

        Raises:
            Fault: it is not there.
        """
        found = self.body.find(name)
        if found is None:
            raise schema_violation()
        return found

    def flag(self, option: str) -> bool:
        return is_true(self.options.get(option, ""))


def is_true(text: str) -> bool:
    return text.strip().lower() in {"true", "1"}


def text_of(element: Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""


def checked_id(wanted: str, refusal: Callable[[], Exception]) -> str:
    """The identifier a client chose for what it makes, in Windows' form; empty if it chose none.

    Raises:
        Fault: what ``refusal`` gives, if it is no GUID.
    """
    try:
        return str(uuid.UUID(wanted)).upper() if wanted else ""
    except ValueError:
        raise refusal() from None


def message_id(envelope: Element) -> str:
    """What an answer relates to, as far as the envelope says so."""
    return text_of(envelope.find(f"{soap('Header')}/{addressing('MessageID')}"))


def read_request(envelope: Element, settings: ServiceSettings) -> Request:
    """Check and take apart an envelope.

    Raises:
        Fault: it is no SOAP envelope, lacks a header, or has one that nobody here understands.
    """
    header, body = envelope.find(soap("Header")), envelope.find(soap("Body"))
    if envelope.tag != soap("Envelope") or header is None or body is None:
        raise schema_violation()
    _check_understood(header)
    return Request(
        action=_required(header, addressing("Action")),
        resource=_required(header, wsman("ResourceURI")),
        message_id=_required(header, addressing("MessageID")),
        to=text_of(header.find(addressing("To"))),
        selectors={key.lower(): value for key, value in _named(header, "SelectorSet", "Selector")},
        options={key.upper(): value for key, value in _named(header, "OptionSet", "Option")},
        timeout=_timeout(header, settings),
        max_envelope=_max_envelope(header, settings),
        body=body,
    )


def _required(header: Element, name: str) -> str:
    value = text_of(header.find(name))
    if not value:
        raise missing_header(name.rpartition("}")[2])
    return value


def _check_understood(header: Element) -> None:
    for element in header:
        namespace = element.tag.removeprefix("{").partition("}")[0]
        if is_true(element.get(f"{{{SOAP}}}mustUnderstand", "")) and namespace not in _UNDERSTOOD:
            raise not_understood(element.tag)


def _named(header: Element, group: str, member: str) -> list[tuple[str, str]]:
    return [(each.get("Name", ""), text_of(each)) for each in header.findall(f"{wsman(group)}/{wsman(member)}")]


def _timeout(header: Element, settings: ServiceSettings) -> float:
    text = text_of(header.find(wsman("OperationTimeout")))
    if not text:
        return settings.max_timeout
    try:
        return min(read_duration(text), settings.max_timeout)
    except ValueError:
        raise invalid_timeout(text) from None


def _max_envelope(header: Element, settings: ServiceSettings) -> int:
    text = text_of(header.find(wsman("MaxEnvelopeSize")))
    if not text.isdecimal():
        return settings.max_envelope
    if int(text) < _SMALLEST_ENVELOPE:
        raise envelope_too_small()
    return min(int(text), settings.max_envelope)
