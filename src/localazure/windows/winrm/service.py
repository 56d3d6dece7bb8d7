"""WS-Management without its transport: an envelope in, an envelope out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from localazure.windows.winrm import command_actions, shell_resource
from localazure.windows.winrm.config_resource import config
from localazure.windows.winrm.enumerations import Enumerations
from localazure.windows.winrm.envelope import fault_reply, reply
from localazure.windows.winrm.faults import (
    Fault,
    action_mismatch,
    internal_error,
    invalid_xml,
    unknown_action,
    unknown_resource,
)
from localazure.windows.winrm.identify import asks_identity, identity
from localazure.windows.winrm.namespaces import CONFIG, ENUMERATION, SHELL, SHELL_CMD, TRANSFER
from localazure.windows.winrm.request import Caller, Request, message_id, read_request
from localazure.windows.winrm.settings import ServiceSettings
from localazure.windows.winrm.shell_host import ShellHost
from localazure.windows.winrm.shells import ShellTable
from localazure.windows.winrm.xml_reader import UnreadableXml, read_xml

log = logging.getLogger(__name__)

_Handler = Callable[[Request, Caller], str]
_ACTIONS = frozenset(
    [f"{TRANSFER}/{name}" for name in ("Get", "Put", "Create", "Delete")]
    + [f"{ENUMERATION}/{name}" for name in ("Enumerate", "Pull", "Release")]
    + [f"{SHELL}/{name}" for name in ("Command", "Send", "Receive", "Signal", "Connect", "Disconnect", "Reconnect")]
)


@dataclass(frozen=True)
class Reply:
    """What goes back: an HTTP status and an envelope."""

    status: int
    body: bytes


class WsManService:
    """Everything that is the same whoever asks over whatever connection."""

    def __init__(self, host: ShellHost, settings: Callable[[], ServiceSettings], shells: ShellTable) -> None:
        self._host = host
        self._settings = settings
        self._shells = shells
        self._enumerations = Enumerations()
        self._resources = self._table()

    def answer(self, message: bytes, caller: Caller) -> Reply:
        """Do what an authenticated caller asks. Never raises: what goes wrong is a fault."""
        related, machine = "", caller.machine or self._host.computer_name
        try:
            envelope = _envelope(message)
            if asks_identity(envelope):
                return Reply(200, identity(self._settings().os_version, self._settings().auth))
            related = message_id(envelope)
            return Reply(200, self._operation(read_request(envelope, self._settings()), caller))
        except Fault as fault:
            log.debug("%s: %s", caller.user, fault)
            return Reply(500, fault_reply(fault, related, machine))
        except Exception:
            log.exception("a WS-Management request of %s failed", caller.user)
            return Reply(500, fault_reply(internal_error(), related, machine))

    def answer_stranger(self, message: bytes) -> Reply:
        """Identify is all a client may ask that has not said who it is."""
        try:
            envelope = _envelope(message)
            if asks_identity(envelope):
                return Reply(200, identity(self._settings().os_version, None))
        except Fault as fault:
            log.debug("a stranger: %s", fault)
        return Reply(401, b"")

    def _operation(self, request: Request, caller: Caller) -> bytes:
        if request.action not in _ACTIONS:
            raise unknown_action(request.action)
        operations = self._resources.get(request.resource.rstrip("/"))
        if operations is None:
            raise unknown_resource(request.resource)
        operation = request.action.rpartition("/")[2]
        if operation not in operations:
            raise action_mismatch(operation)
        body = operations[operation](request, caller)
        return reply(f"{request.action}Response", request.message_id, body)

    def _table(self) -> Mapping[str, Mapping[str, _Handler]]:
        shells, host = self._shells, self._host
        look: dict[str, _Handler] = {
            "Get": lambda request, caller: shell_resource.get(request, caller, shells),
            "Delete": lambda request, caller: shell_resource.delete(request, caller, shells),
            "Enumerate": self._enumerate_shells,
            "Pull": lambda request, _: self._enumerations.pull(request),
        }
        work: dict[str, _Handler] = {
            "Create": lambda request, caller: shell_resource.create(request, caller, shells, self._settings()),
            "Command": lambda request, caller: command_actions.start(request, caller, shells, host),
            "Send": lambda request, caller: command_actions.send(request, caller, shells),
            "Receive": lambda request, caller: command_actions.receive(request, caller, shells),
            "Signal": lambda request, caller: command_actions.signal(request, caller, shells),
        }
        return {SHELL: look, SHELL_CMD: {**look, **work}, CONFIG: {"Get": lambda *_: config(self._settings())}}

    def _enumerate_shells(self, request: Request, caller: Caller) -> str:
        now = self._shells.clock()
        items = "".join(shell_resource.describe(each, now) for each in self._shells.of(caller.user))
        return self._enumerations.begin(request, items)


def _envelope(message: bytes) -> Element:
    try:
        return read_xml(message)
    except UnreadableXml as error:
        log.debug("unreadable: %s", error)
        raise invalid_xml() from error
