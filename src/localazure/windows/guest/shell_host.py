"""WinRM's view of the machine: whom it admits, and programs it starts as network logons."""

from __future__ import annotations

import codecs
import threading
from collections.abc import Mapping
from contextlib import suppress

from cryptography import x509

from localazure.windows.guest.streams import Input, Outputs
from localazure.windows.machine.certificate_mappings import CertificateMappings, issuers_of
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.machine import Machine
from localazure.windows.machine.processes import KILLED, RunningProcess
from localazure.windows.machine.tokens import ADMINISTRATORS_SID, REMOTE_MANAGEMENT_USERS_SID
from localazure.windows.winrm.shell_host import Output, ShellHostError

POLICIES = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System"
REMOTE_UAC_POLICY = "LocalAccountTokenFilterPolicy"
BUILTIN_RID = 500
_INTERRUPTED = 0xC000013A
"""STATUS_CONTROL_C_EXIT."""
_UTF8 = 65001


class MachineAccounts:
    """``localazure.windows.winrm.shell_host.Accounts`` over the machine's."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def nt_hash(self, user: str) -> bytes | None:
        name = self._admitted(user)
        found = self._machine.users.find(name) if name else None
        return bytes.fromhex(found.nt_hash) if found and found.nt_hash else None

    def check_password(self, user: str, password: str) -> str | None:
        return self._admitted(user) if self._machine.users.check_password(user, password) else None

    def for_certificate(self, certificate: bytes) -> str | None:
        shown = x509.load_der_x509_certificate(certificate)
        issuers = issuers_of(shown, self._machine.certificates)
        for mapping in CertificateMappings(self._machine.registry).all():
            if mapping.fits(shown, issuers):
                hashed = self.nt_hash(mapping.user)
                return self._admitted(mapping.user) if hashed and mapping.opens(hashed.hex()) else None
        return None

    def _admitted(self, user: str) -> str | None:
        users = self._machine.users
        found = users.find(user)
        if found is None or not found.enabled:
            return None
        groups = users.groups_of(found)
        administers = ADMINISTRATORS_SID in groups and (found.rid == BUILTIN_RID or self._rights_reach_the_network())
        return found.name if administers or REMOTE_MANAGEMENT_USERS_SID in groups else None

    def _rights_reach_the_network(self) -> bool:
        """Otherwise Windows takes a local administrator's rights away who comes from the network (remote UAC)."""
        return bool(self._machine.registry.number(POLICIES, REMOTE_UAC_POLICY))


class MachineShellHost:
    """``localazure.windows.winrm.shell_host.ShellHost`` over the machine's processes."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    @property
    def computer_name(self) -> str:
        return self._machine.name

    def start(
        self, user: str, command_line: str, environment: Mapping[str, str], cwd: str | None, codepage: int
    ) -> WinRmProcess:
        stdin, outputs = Input(), Outputs()
        streams = (stdin.reader(), outputs.sink("stdout"), outputs.sink("stderr"))
        try:
            token = self._machine.users.token(user, "network")
            variables = self._machine.variables(token) | dict(environment)
            process = self._machine.processes.start(command_line, token, variables, cwd, *streams)
        except MachineError as error:
            raise ShellHostError(error.code, error.text) from error
        return WinRmProcess(process, stdin, outputs, codepage)


class WinRmProcess:
    """``localazure.windows.winrm.shell_host.HostedProcess`` over a process of the machine."""

    def __init__(self, process: RunningProcess, stdin: Input, outputs: Outputs, codepage: int) -> None:
        self._process, self._stdin, self._outputs = process, stdin, outputs
        self._encodings = {name: Recoding(codepage) for name in ("stdout", "stderr")}
        threading.Thread(target=self._await_end, name=f"{process.info.name} ends", daemon=True).start()

    def write(self, data: bytes) -> None:
        self._stdin.feed(data)

    def close_stdin(self) -> None:
        self._stdin.end()

    def read(self, timeout: float, limit: int) -> Output:
        out, err = self._outputs.read(timeout, limit)
        return Output(self._encodings["stdout"].encode(out), self._encodings["stderr"].encode(err))

    @property
    def exit_code(self) -> int | None:
        return self._process.exit_code if self._outputs.drained else None

    def terminate(self, signal: str) -> None:
        # What its thread still writes before it sees that it was ended, nobody gets.
        self._outputs.end()
        with suppress(MachineError):
            self._process.kill(KILLED if signal == "terminate" else _INTERRUPTED)

    def _await_end(self) -> None:
        self._process.wait()
        self._stdin.end()
        self._outputs.end()


class Recoding:
    """Programs of the model write UTF-8; a console of another code page shows what of it that page has."""

    def __init__(self, codepage: int) -> None:
        self._target = None if codepage == _UTF8 else _codec(codepage)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def encode(self, data: bytes) -> bytes:
        return data if self._target is None else self._decoder.decode(data).encode(self._target, "replace")


def _codec(codepage: int) -> str:
    try:
        return codecs.lookup(f"cp{codepage}").name
    except LookupError:
        return "cp437"
