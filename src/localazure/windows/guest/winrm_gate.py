"""Whether a connection from outside reaches WinRM: its service, its listeners and the firewall, as they are now."""

from __future__ import annotations

import socket
import struct
import threading

from localazure.windows.guest.control import Refused
from localazure.windows.guest.shell_host import MachineAccounts, MachineShellHost
from localazure.windows.guest.winrm_configuration import listener_on, service_settings
from localazure.windows.machine.certificate_mappings import trusted_clients
from localazure.windows.machine.errors import NotFound
from localazure.windows.machine.machine import Machine
from localazure.windows.machine.services import Status
from localazure.windows.machine.wsman import Listener, WsMan
from localazure.windows.winrm.server import WinRmServer
from localazure.windows.winrm.tls import ListenerTls, listener_tls

_SERVICE = "WinRM"
_RESET = struct.pack("ii", 1, 0)


class WinRmGate:
    """Stands before one boot's WinRM service. When that stops, its connections and shells are gone."""

    def __init__(self, machine: Machine) -> None:
        self._machine, self._wsman = machine, WsMan(machine.registry)
        self._lock = threading.Lock()
        self._shut = False
        self._server: WinRmServer | None = None
        self._tls: dict[tuple[str, tuple[bytes, ...]], ListenerTls] = {}
        machine.services.when_changed.append(self._service_changed)

    def take(self, port: int, connection: socket.socket) -> None:
        """Serve the connection, which is WinRM's from now on. Raises Refused, and resets it, when nobody listens."""
        try:
            listener = self._listener(port)
            tls = self._listener_tls(listener) if listener.transport == "HTTPS" else None
            server = self._running_server()
        except Refused:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            connection.close()
            raise
        server.serve(connection, tls)

    def cut(self, ports: tuple[int, ...]) -> None:
        """End the connections there are, if WinRM listens on one of these ports. Its shells stay."""
        server = self._server
        if server is not None and any(listener_on(self._wsman, port) for port in ports):
            server.cut()

    def shut(self) -> None:
        """The machine goes down: end what there is, and let in nobody else."""
        with self._lock:
            self._shut = True
        self._close()

    def _close(self) -> None:
        with self._lock:
            server, self._server = self._server, None
        if server is not None:
            server.close()

    def _listener(self, port: int) -> Listener:
        if not self._machine.network.lets_in(port):
            raise Refused(f"the firewall lets nothing in on port {port}")
        found = listener_on(self._wsman, port)
        if found is None:
            raise Refused(f"WinRM has no listener on port {port}")
        return found

    def _running_server(self) -> WinRmServer:
        with self._lock:
            if self._shut:
                raise Refused("the machine is going down")
            if self._machine.services.status(_SERVICE) is not Status.RUNNING:
                raise Refused("the WinRM service does not run")
            if self._server is None:
                self._server = WinRmServer(MachineShellHost(self._machine), MachineAccounts(self._machine))
            self._server.settings = service_settings(self._wsman)
            return self._server

    def _listener_tls(self, listener: Listener) -> ListenerTls:
        wanted = (listener.thumbprint, trusted_clients(self._machine.certificates))
        made = self._tls.get(wanted)
        if made is None:
            try:
                stored = self._machine.certificates.find(listener.thumbprint)
            except NotFound:
                raise Refused("the certificate of the HTTPS listener is gone") from None
            made = self._tls[wanted] = listener_tls(stored.pem.encode(), (stored.key_pem or "").encode(), wanted[1])
        return made

    def _service_changed(self, name: str, status: Status) -> None:
        if name.lower() == _SERVICE.lower() and status is Status.STOPPED:
            self._close()
