"""Machines of the instant hypervisor, and real SSH into them."""

from __future__ import annotations

import io
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh
import paramiko

from deployments.local_stack.ports import free_port
from localazure.hypervisor.base import Disk, Forward, Machine, OsProfile, PowerState, SshPublicKey
from localazure.hypervisor.instant import InstantHypervisor, base_image
from tests.support.identity import identity

USER = "azureuser"
_INHERITED = "MODEL_GUEST_TEST_KEY"
KEY = asyncssh.import_private_key(
    os.environ.setdefault(_INHERITED, asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode())
)
"""The same in a test and in the servers it starts."""
_BASE = "debian"


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


class Shell:
    """A login. Host keys are noted in ``host_key``; the tests that care compare them."""

    def __init__(self, address: str, port: int) -> None:
        connection = socket.create_connection((address, port), timeout=10)
        # Without it every other command waits 40 ms for an acknowledgement.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._transport = paramiko.Transport(connection)
        private = io.StringIO(KEY.export_private_key().decode())
        self._transport.start_client(timeout=10)
        self._transport.auth_publickey(USER, paramiko.Ed25519Key.from_private_key(private))
        self.host_key = self._transport.get_remote_server_key().get_base64()

    def run(self, command: str, given: bytes = b"") -> Result:
        channel = self._transport.open_session(timeout=10)
        channel.settimeout(20)
        channel.exec_command(command)
        channel.sendall(given)
        channel.shutdown_write()
        out, err = channel.makefile("rb").read(), channel.makefile_stderr("rb").read()
        return Result(channel.recv_exit_status(), out.decode(), err.decode())

    def out(self, command: str) -> str:
        """What a command that must succeed wrote, without the space around it."""
        result = self.run(command)
        assert result.code == 0, result
        return result.out.strip()

    def start(self, command: str) -> paramiko.Channel:
        channel = self._transport.open_session(timeout=10)
        channel.exec_command(command)
        return channel

    def terminal(self) -> paramiko.Channel:
        """A login shell on a terminal 132 columns wide."""
        channel = self._transport.open_session(timeout=10)
        channel.settimeout(20)
        channel.get_pty(width=132)
        channel.invoke_shell()
        return channel

    def close(self) -> None:
        self._transport.close()


def profile(name: str, custom_data: str | None = None) -> OsProfile:
    key = SshPublicKey(path=f"/home/{USER}/.ssh/authorized_keys", key_data=KEY.export_public_key().decode())
    return OsProfile(computer_name=name, admin_username=USER, ssh_public_keys=(key,), custom_data=custom_data)


def machine(name: str, disk: str, os_profile: OsProfile | None, guest_ports: tuple[int, ...] = (22,)) -> Machine:
    guest = identity(
        name, vm_id=f"id-of-{name}", size="Standard_D2s_v5", mac_address="000D3A000001", os_profile=os_profile
    )
    forwards = tuple(Forward(address="127.0.0.1", port=free_port(), guest_port=port) for port in guest_ports)
    return Machine(
        vm_id=guest.vm_id,
        generation="V2",
        vcpus=2,
        memory_mib=8192,
        disks=(Disk(disk_id=disk),),
        forwards=forwards,
        identity=guest,
    )


def forwarded(made: Machine, guest_port: int = 22) -> tuple[str, int]:
    return next((f.address, f.port) for f in made.forwards if f.guest_port == guest_port)


class Lab:
    """A hypervisor, and short ways to what every test needs of it."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.hypervisor = InstantHypervisor(state / "instant")
        self.hypervisor.import_layer(_BASE, base_image(state / "cache"))

    def boot(
        self,
        name: str,
        *,
        layer: str = _BASE,
        custom_data: str | None = None,
        specialized: bool = False,
        guest_ports: tuple[int, ...] = (22,),
    ) -> Machine:
        """Start a machine on a new disk called ``<name>-disk`` of the layer."""
        disk = f"{name}-disk"
        self.hypervisor.create_disk(disk, layer=layer, size_bytes=None)
        made = machine(name, disk, None if specialized else profile(name, custom_data), guest_ports)
        self.hypervisor.start(made)
        return made

    @contextmanager
    def shell(self, made: Machine) -> Iterator[Shell]:
        shell = Shell(*forwarded(made))
        try:
            yield shell
        finally:
            shell.close()

    def wait_for_power(self, made: Machine, power: PowerState) -> None:
        deadline = time.monotonic() + 10
        while self.hypervisor.status(made.vm_id).power != power:
            assert time.monotonic() < deadline, self.hypervisor.status(made.vm_id)
            time.sleep(0.01)

    def wait_for_provisioning(self, made: Machine) -> None:
        deadline = time.monotonic() + 10
        while not self.hypervisor.status(made.vm_id).provisioned:
            assert time.monotonic() < deadline, self.hypervisor.status(made.vm_id)
            time.sleep(0.01)

    def reboot_from_inside(self, made: Machine) -> None:
        """Returns when the machine answers with another boot id."""
        with self.shell(made) as shell:
            before = boot_id(shell)
            shell.run("sudo reboot")
        deadline = time.monotonic() + 10
        while not self._answers_with_another(made, before):
            assert time.monotonic() < deadline, self.hypervisor.status(made.vm_id)

    def _answers_with_another(self, made: Machine, before: str) -> bool:
        try:
            with self.shell(made) as shell:
                return boot_id(shell) != before
        except (OSError, EOFError, paramiko.SSHException, AssertionError):
            return False


def boot_id(shell: Shell) -> str:
    return shell.out("cat /proc/sys/kernel/random/boot_id")


def serve_until_killed(state: str, name: str) -> None:
    """A server in a process of its own: prints its one machine once that is provisioned."""
    lab = Lab(Path(state))
    made = lab.boot(name)
    lab.wait_for_provisioning(made)
    print(made.model_dump_json(), flush=True)  # noqa: T201
    signal.pause()
