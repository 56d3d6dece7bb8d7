"""The transport: what is no WS-Management, what strangers may ask, handed-over connections, and a reboot."""

import base64
import dataclasses
import socket
import ssl
import threading
import time
from http.client import HTTPConnection, HTTPResponse

import pytest
import requests
from winrm.exceptions import WinRMTransportError

from localazure.windows.winrm.server import WinRmServer
from localazure.windows.winrm.tls import listener_tls
from tests.support.winrm_certificates import SelfSigned
from tests.support.winrm_host import Passwords, RealHost
from tests.support.winrm_site import PASSWORD, USER, Site

IDENTIFY = b"""<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
  xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">
  <s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>"""


def ask(site: Site, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", site.ports["http"], timeout=5)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/", 404), ("GET", "/wsman", 405), ("POST", "/powershell", 404), ("POST", "/WSMAN/?x=1", 401)],
)
def test_other_paths_and_methods(site: Site, method: str, path: str, status: int) -> None:
    assert ask(site, method, path, b"x")[0].status == status


@pytest.mark.parametrize("host", ["[::1", "x:y", "", "[::1]:5985"])
def test_a_host_header_that_names_no_host(site: Site, host: str) -> None:
    authorization = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    site.server.settings = dataclasses.replace(site.server.settings, allow_unencrypted=True)
    response, body = ask(site, "POST", "/wsman", b"<x/>", Host=host, Authorization=authorization)
    assert response.status == 500
    expected = {"[::1]:5985": "::1", "x:y": "x"}.get(host, site.host.computer_name)
    assert f'Machine="{expected}"'.encode() in body


def test_what_is_not_http_is_answered_and_hung_up_on(site: Site) -> None:
    with socket.create_connection(("127.0.0.1", site.ports["http"]), timeout=5) as connection:
        connection.sendall(b"\x16\x03\x01 hello?\r\n\r\n")
        assert connection.makefile("rb").read().startswith(b"HTTP/1.1 400 ")


def test_anybody_may_ask_what_this_is_but_not_which_version(site: Site) -> None:
    for path, headers in (("/wsman", {"WSMANIDENTIFY": "unauthenticated"}), ("/wsman-anon/identify", {})):
        response, body = ask(site, "POST", path, IDENTIFY, **headers)
        assert response.status == 200
        assert b"<wsmid:ProductVersion>OS: 0.0.0 SP: 0.0 Stack: 3.0</wsmid:ProductVersion>" in body
    assert ask(site, "POST", "/wsman-anon/identify", b"<other/>")[0].status == 401


def test_whoever_is_known_is_told_the_version(site: Site) -> None:
    body = site.pywinrm("http", "ntlm").send_message(IDENTIFY.decode())
    assert b"<wsmid:ProductVersion>OS: 10.0.20348 SP: 0.0 Stack: 3.0</wsmid:ProductVersion>" in body


def test_a_connection_that_was_handed_over(identities: tuple[SelfSigned, SelfSigned]) -> None:
    """The guest's process gets its connections as file descriptors from whoever owns the port."""
    server = WinRmServer(RealHost(), Passwords({USER: PASSWORD}))
    tls = listener_tls(identities[0].certificate, identities[0].key)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname())
        far, _ = listener.accept()
    server.serve(socket.socket(fileno=far.detach()), tls)
    context = ssl.create_default_context(cadata=identities[0].certificate.decode())
    with context.wrap_socket(near, server_hostname="127.0.0.1") as stream:
        stream.sendall(b"POST /wsman HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        assert stream.recv(1000).startswith(b"HTTP/1.1 401 Unauthorized\r\n")
        server.close()
        assert stream.recv(1000) == b""


def test_a_client_that_waits_for_leave_to_send(site: Site) -> None:
    with socket.create_connection(("127.0.0.1", site.ports["http"]), timeout=5) as connection:
        connection.sendall(b"POST /wsman HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        assert connection.recv(1000) == b"HTTP/1.1 100 \r\n\r\n"
        connection.sendall(b"<x/")
        assert connection.recv(1000).startswith(b"HTTP/1.1 401 ")


def test_a_reboot_ends_connections_and_shells(site: Site) -> None:
    client = site.pywinrm()
    shell = client.open_shell()
    command = client.run_command(shell, "sleep 60")
    outcome: list[type[BaseException]] = []

    def wait() -> None:
        try:
            client.get_command_output_raw(shell, command)
        except (requests.ConnectionError, WinRMTransportError) as error:
            outcome.append(type(error))

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.1)
    started = time.monotonic()
    site.server.close()
    waiting.join(5)
    assert outcome == [requests.ConnectionError]
    assert time.monotonic() - started < 2
    assert site.host.started[0].read(5, 1).stdout == b""
    assert site.host.started[0].exit_code is not None
    with pytest.raises(requests.ConnectionError):
        site.pywinrm().open_shell()
    client.transport.close_session()


def test_a_listener_that_was_removed(site: Site) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    site.server.listen(listener)
    address = listener.getsockname()
    socket.create_connection(address).close()
    site.server.unlisten(listener)
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(address)


def test_a_certificate_and_a_key_that_do_not_belong_together(identities: tuple[SelfSigned, SelfSigned]) -> None:
    one, other = identities
    with pytest.raises(ValueError, match="certificate and key"):
        listener_tls(one.certificate, other.key)
    with pytest.raises(ValueError, match="certificate and key"):
        listener_tls(one.certificate, b"no key")
