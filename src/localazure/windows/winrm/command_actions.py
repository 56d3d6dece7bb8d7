"""What is done in a shell: Command, Send, Receive, Signal (MS-WSMV 3.1.4.9 to 3.1.4.14)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from xml.etree.ElementTree import Element

from localazure.windows.winrm.command_line import CommandTooLong, join, process_line
from localazure.windows.winrm.commands import Command, Received
from localazure.windows.winrm.faults import schema_violation, timed_out
from localazure.windows.winrm.namespaces import SHELL, shell
from localazure.windows.winrm.request import Caller, Request, checked_id, is_true, text_of
from localazure.windows.winrm.shell_faults import host_refused, invalid_command_id, invalid_parameter
from localazure.windows.winrm.shell_host import ShellHost, ShellHostError
from localazure.windows.winrm.shells import Shell, ShellTable

_SIGNALS = ("terminate", "ctrl_c", "ctrl_break")
_OVERHEAD = 2560
"""Bytes of a ReceiveResponse that are not output: at most 1,900 with all its parts."""

_SMALLEST_CHUNK = 1024


def start(request: Request, caller: Caller, shells: ShellTable, host: ShellHost) -> str:
    """Run a program; the body of the answer."""
    element = request.first(shell("CommandLine"))
    command = text_of(element.find(shell("Command")))
    if not command:
        raise invalid_parameter()
    arguments = [each.text or "" for each in element.findall(shell("Arguments"))]
    line = join(command, arguments)
    skip = request.flag("WINRS_SKIP_CMD_SHELL")
    wanted = checked_id(element.get("CommandId", ""), invalid_command_id)
    with shells.using(request.shell_id, caller.user) as found:
        try:
            started = shells.add(found, wanted, _starter(found, host, line, skip_cmd_shell=skip, wanted=wanted))
        except ShellHostError as error:
            raise host_refused(error) from error
    return f"<rsp:CommandResponse><rsp:CommandId>{started.id}</rsp:CommandId></rsp:CommandResponse>"


def _starter(found: Shell, host: ShellHost, line: str, *, skip_cmd_shell: bool, wanted: str) -> Callable[[], Command]:
    def run() -> Command:
        whole = process_line(line, skip_cmd_shell=skip_cmd_shell)
        if whole is None:
            return Command(CommandTooLong(), wanted)
        spec = found.spec
        return Command(host.start(found.owner, whole, spec.environment, spec.cwd, spec.codepage), wanted)

    return run


def send(request: Request, caller: Caller, shells: ShellTable) -> str:
    """Give a program input."""
    stream = request.first(f"{shell('Send')}/{shell('Stream')}")
    data = _decoded(stream)
    with shells.using(request.shell_id, caller.user) as found:
        if stream.get("Name") not in found.spec.input_streams:
            raise invalid_parameter()
        command = found.command(stream.get("CommandId", ""))
        if not command.send(data, end=is_true(stream.get("End", "")), timeout=request.timeout):
            raise timed_out()
    return "<rsp:SendResponse/>"


def receive(request: Request, caller: Caller, shells: ShellTable) -> str:
    """Wait for what a program writes, no longer than the operation may take."""
    desired = request.first(f"{shell('Receive')}/{shell('DesiredStream')}")
    command_id = desired.get("CommandId", "")
    if not command_id:
        raise invalid_parameter()
    limit = max((request.max_envelope - _OVERHEAD) // 4 * 3, _SMALLEST_CHUNK)
    with shells.using(request.shell_id, caller.user) as found:
        if not set(text_of(desired).split()) <= set(found.spec.output_streams):
            raise invalid_parameter()
        command = found.command(command_id)
        received = command.receive(request.timeout, limit, caller.gone)
    if received is None:
        raise timed_out()
    return f"<rsp:ReceiveResponse>{_streams(received, command.id)}</rsp:ReceiveResponse>"


def signal(request: Request, caller: Caller, shells: ShellTable) -> str:
    """Interrupt or end a program; ``terminate`` also makes the service forget the command."""
    element = request.first(shell("Signal"))
    prefix, _, name = text_of(element.find(shell("Code"))).rpartition("/")
    name = name.lower()
    if name not in _SIGNALS or prefix != f"{SHELL}/signal":
        raise invalid_parameter()
    with shells.using(request.shell_id, caller.user) as found:
        command = found.command(element.get("CommandId", ""))
        if name == "terminate":
            found.commands.pop(command.id, None)
            command.terminate()
        else:
            command.signal(name)
    return "<rsp:SignalResponse/>"


def _decoded(stream: Element) -> bytes:
    try:
        return binascii.a2b_base64(stream.text or "")
    except (binascii.Error, ValueError):
        raise schema_violation() from None


def _streams(received: Received, command_id: str) -> str:
    output = {"stdout": received.output.stdout, "stderr": received.output.stderr}
    parts = [
        f'<rsp:Stream Name="{name}" CommandId="{command_id}">{base64.b64encode(data).decode()}</rsp:Stream>'
        for name, data in output.items()
        if data
    ]
    ended = received.exit_code is not None
    if ended:
        parts += [f'<rsp:Stream Name="{name}" CommandId="{command_id}" End="true"></rsp:Stream>' for name in output]
    parts.append(_state(command_id, received.exit_code))
    return "".join(parts)


def _state(command_id: str, exit_code: int | None) -> str:
    if exit_code is None:
        return f'<rsp:CommandState CommandId="{command_id}" State="{SHELL}/CommandState/Running"/>'
    # Windows has exit codes without sign: -1 arrives as 4294967295.
    return (
        f'<rsp:CommandState CommandId="{command_id}" State="{SHELL}/CommandState/Done">'
        f"<rsp:ExitCode>{exit_code & 0xFFFFFFFF}</rsp:ExitCode></rsp:CommandState>"
    )
