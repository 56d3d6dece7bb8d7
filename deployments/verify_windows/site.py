"""A Windows VM on the subscription, and the ways in that Mintage has into it."""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from mintage.artifacts import BuildVm, ResolvedSource, WinrmAddress
from mintage.azure.access import RunningVm
from mintage.azure.access.windows import opened
from mintage.azure.clients import Clients
from mintage.azure.provision import provision
from mintage.azure.run_command import run_script
from mintage.azure.source import resolve_source
from mintage.azure.together import finish
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.errors import ConnectionFailed, MintageError
from mintage.names import BUILD_USER
from mintage.remote.winrm import Credential, WinrmRemote, connect
from mintage.remote.winrm.client import ShellClient
from mintage.remote.winrm.execution import Execution
from mintage.remote.winrm.faults import ShellLost
from mintage.remote.winrm.login import Login
from mintage.settings import Settings
from mintage.waiting import wait_for

Log = Callable[[str], None]
_MINUTES = 60
_LOGIN_SECONDS = 15 * _MINUTES
_RESTART_SECONDS = 20 * _MINUTES
_SCRIPT_SECONDS = 30 * _MINUTES
_HANDSHAKE_SECONDS = 30


@dataclass
class Site:
    """The VM, once ``provisioned``; and what the phases after it found out."""

    settings: Settings
    clients: Clients
    plan: BuildPlan
    keys: BuildKeys
    source: ResolvedSource
    vm: BuildVm
    provision_seconds: float
    log: Log
    found: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """What generalizing and the image showed, by phase; see ``sealing``."""
    _remote: WinrmRemote | None = None

    def remote(self) -> WinrmRemote:
        """A connection, held open from one point to the next."""
        if self._remote is None:
            self._remote = connect(self._address, self._credential, deadline=time.monotonic() + _LOGIN_SECONDS)
        return self._remote

    def hang_up(self) -> None:
        remote, self._remote = self._remote, None
        if remote is not None:
            with suppress(ConnectionFailed):
                remote.close()

    def run_command(self, script: str, vm: str | None = None) -> str:
        """What a script printed that Azure ran, in the VM or in another one of the build."""
        name = vm or self.vm.name
        running = run_script(self.clients, self.vm.resource_group, name, script)
        return finish(self.vm.resource_id, running, seconds=_SCRIPT_SECONDS)

    def raw(self, command_line: str, seconds: float) -> tuple[bytes, bytes, int]:
        """What a command line in a shell of its own wrote to its two streams, and its exit code."""
        output, errors = bytearray(), bytearray()
        with closing(self.shell()) as shell:
            code = shell.run(command_line, time.monotonic() + seconds, output.extend, errors.extend)
        return bytes(output), bytes(errors), code

    def shell(self) -> Shell:
        """A new shell of WinRM, for the caller to close."""
        return Shell(self._address, self._credential)

    def handshake(self) -> Mapping[str, Any]:
        """Whether a client that checks everything accepts the VM's certificate, and the names in it."""
        context = ssl.create_default_context(cadata=self._address.certificate)
        endpoint = (self._address.host, self._address.port)
        try:
            with (
                socket.create_connection(endpoint, timeout=_HANDSHAKE_SECONDS) as plain,
                context.wrap_socket(plain, server_hostname=self._address.host) as tls,
            ):
                certificate: Mapping[str, Any] = tls.getpeercert() or {}
                names = [f"{kind} {name}" for kind, name in certificate.get("subjectAltName", ())]
                return {"verified": True, "names": names, "protocol": tls.version()}
        except ssl.SSLError as refused:
            return {"verified": False, "why": str(refused)}

    def certificate_login(self) -> Mapping[str, Any]:
        """Have a certificate mapped to the administrator, as a recipe may want it, and log in by that."""
        certificate = self.keys.client_certificate(BUILD_USER, self.plan.started)
        credential = replace(self._credential, auth="certificate", certificate=certificate)
        running = RunningVm(self.vm.resource_group, self.vm.name, self._address.host)
        opening = opened(self.clients, running, self._address.port, BUILD_USER, credential)
        try:
            address = finish(self.vm.resource_id, opening, seconds=_SCRIPT_SECONDS)
            with closing(connect(address, credential, deadline=time.monotonic() + _MINUTES)) as remote:
                return {"loggedIn": True, "user": remote.output("whoami").strip()}
        except MintageError as refused:
            return {"loggedIn": False, "why": f"{refused.what}: {refused.seen}"}

    def restarted(self, script: str) -> Mapping[str, Any]:
        """Restart the VM by a script, with a shell open that nobody closes."""
        with closing(self.shell()) as lost:
            remote = self.remote()
            boot, began = remote.boot_id(), time.monotonic()
            with suppress(ConnectionFailed):
                remote.run(script, timeout=_MINUTES, exit_codes=range(2**32))
            remote.wait_for_reboot(boot, began + _RESTART_SECONDS)
            seconds = time.monotonic() - began
            return {"seconds": round(seconds, 1), "fault": self._fault_of(lost.id)}

    def _fault_of(self, shell: str) -> int | None:
        """The code with which the service answers for a shell it made before; None when it takes the command."""
        with closing(self.shell()) as now:
            try:
                now.start("cmd.exe /c ver", shell)
            except ShellLost as fault:
                found = re.search(r"fault (\d+)", fault.seen)
                return int(found[1]) if found else None
        return None

    @property
    def _address(self) -> WinrmAddress:
        if not isinstance(self.vm.address, WinrmAddress):
            raise TypeError(self.vm.address)
        return self.vm.address

    @property
    def _credential(self) -> Credential:
        return Credential(password=self.keys.administrator_password())


class Shell:
    """A shell of WinRM without the launcher that Mintage puts between a script and its streams."""

    def __init__(self, address: WinrmAddress, credential: Credential) -> None:
        self._login = Login(address, credential, grace=_MINUTES, clock=time.monotonic)
        self._client: ShellClient
        try:
            self._client, self.id = wait_for(
                self._login.attempt,
                "No WinRM login to the guest in time",
                where=address.host,
                deadline=time.monotonic() + _LOGIN_SECONDS,
            )
        except BaseException:
            self._login.close()
            raise

    def run(
        self, command_line: str, deadline: float, on_output: Callable[[bytes], None], on_errors: Callable[[bytes], None]
    ) -> int:
        execution = Execution(self._client, self.id, command_line, clock=time.monotonic, forsake=self.close)
        with execution:
            return execution.read(deadline, on_output, on_errors)

    def start(self, command_line: str, shell: str) -> None:
        """Start a command in a shell by its id, whoever opened that. Raises ShellLost."""
        self._client.start(shell, command_line)

    def close(self) -> None:
        self._client.close_shell(self.id)
        self._client.close()
        self._login.close()


def provisioned(settings: Settings, clients: Clients, plan: BuildPlan, keys: BuildKeys, log: Log) -> Site:
    """Make the VM of the plan and open WinRM, as a build does. Raises what ``azure.provision`` does."""
    source = resolve_source(clients, plan)
    log(f"Making a VM from {source.exact} in {plan.recipe.build.region}, resource group {plan.names.group}")
    began = time.monotonic()
    vm = provision(clients, settings, plan, source, keys)
    seconds = time.monotonic() - began
    log(f"{vm.name} ({vm.size}) answers after {seconds:.0f} s")
    return Site(settings, clients, plan, keys, source, vm, round(seconds, 1), log)
