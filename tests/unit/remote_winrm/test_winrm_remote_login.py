"""Who is let in over WinRM, to which server, and what is told of all others."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from localazure.windows.guest.shell_host import MachineAccounts
from localazure.windows.winrm.tls import listener_tls
from mintage.artifacts import WinrmAddress
from mintage.credentials import BuildKeys, Secret
from mintage.errors import (
    CertificateRefused,
    DeadlinePassed,
    HostKeyMismatch,
    LoginRefused,
    MachineStopped,
    SettingsError,
)
from mintage.remote.winrm import Credential, connect
from mintage.remote.winrm.peer import expected_certificate, fingerprint
from tests.support.windows_guest import BEGUN, PASSWORD, USER, WayIn, WindowsGuest
from tests.support.winrm_certificates import self_signed
from tests.support.winrm_relay import Relay


class Hours:
    """A clock that only waiting moves, with a hook for what happens meanwhile."""

    def __init__(self) -> None:
        self.now = 0.0
        self.at: dict[float, Callable[[], None]] = {}

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        for due in [due for due in self.at if due <= self.now]:
            self.at.pop(due)()


def test_ntlm_opens_as_windows_is_and_basic_once_the_recipe_wants_it(fresh: WindowsGuest) -> None:
    way_in, basic = WayIn(fresh), Credential(Secret(PASSWORD), auth="basic")
    with way_in.log_in() as remote:
        assert remote.output("whoami") == "vm-under-test\\mintage\r\n"
    with pytest.raises(LoginRefused):
        connect(way_in.address(), basic, deadline=time.monotonic() + 10, login_grace=0)
    with connect(way_in.address("basic"), basic, deadline=time.monotonic() + 10) as remote:
        assert remote.output("whoami") == "vm-under-test\\mintage\r\n"


def test_a_certificate_of_the_build_s_own_opens_and_its_key_is_on_no_disk(fresh: WindowsGuest) -> None:
    way_in = WayIn(fresh)
    # A process that died in between has it mapped again.
    assert way_in.address("certificate") == way_in.address("certificate")
    assert not any(PASSWORD in text for text in way_in.sent), "Azure keeps these texts in the guest"
    credential = way_in.credential("certificate")
    assert "PRIVATE" not in repr(credential)
    with way_in.log_in(way_in.address("certificate"), "certificate") as remote:
        assert remote.output("whoami") == "vm-under-test\\mintage\r\n"
        assert remote.run_elevated("whoami").last_lines == ("vm-under-test\\mintage",)
        folder = Path(remote._session._login._folder.name)
        assert folder.stat().st_mode & 0o077 == 0
        assert [each.name for each in folder.iterdir() if "PRIVATE" in each.read_text()] == []
    assert not folder.exists()
    opened = (str(each.readlink()) for each in Path("/proc/self/fd").iterdir() if each.is_symlink())
    assert not any("client-key" in name for name in opened)


def test_no_other_certificate_opens_nor_one_whose_account_has_another_password(fresh: WindowsGuest) -> None:
    way_in = WayIn(fresh)
    address = way_in.address("certificate")

    def refused(credential: Credential) -> None:
        with pytest.raises((LoginRefused, DeadlinePassed)):
            connect(address, credential, deadline=time.monotonic() + 0.5, login_grace=0)

    other = BuildKeys(b"o" * 32, "0123456789ab").client_certificate(USER, BEGUN)
    refused(Credential(auth="certificate", certificate=other))
    way_in.log_in(address, "certificate").close()
    fresh.run_command(f"Set-LocalUser {USER} -Password (ConvertTo-SecureString Other-Horse-1 -AsPlainText -Force)")
    refused(way_in.credential("certificate"))


@pytest.mark.parametrize("auth", ["kerberos", "credssp"])
def test_what_needs_libraries_that_are_not_here_says_so(address: WinrmAddress, auth: str) -> None:
    credential = Credential(Secret(PASSWORD), auth=auth)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="not installed"):
        connect(address, credential, deadline=time.monotonic() + 10)


def test_a_wrong_password_is_refused_once_the_grace_is_over(
    address: WinrmAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    hours, tried = Hours(), set[float]()
    real = MachineAccounts.nt_hash

    def counted(self: MachineAccounts, user: str) -> bytes | None:
        tried.add(hours.now)
        return real(self, user)

    monkeypatch.setattr(MachineAccounts, "nt_hash", counted)
    with pytest.raises(LoginRefused, match="refuses the login") as failure:
        connect(address, Credential(Secret("wrong")), deadline=600, clock=hours.clock, sleep=hours.sleep)
    assert "wrong" not in str(failure.value)
    assert not failure.value.transient
    # Windows locks an account after ten wrong passwords.
    assert 1 < len(tried) < 10
    assert hours.now < 120


def test_a_deadline_before_the_grace_is_over_tells_the_refusal(address: WinrmAddress) -> None:
    hours = Hours()
    with pytest.raises(LoginRefused, match="refuses the login"):
        connect(address, Credential(Secret("wrong")), deadline=5, clock=hours.clock, sleep=hours.sleep)
    assert hours.now <= 5


def test_an_account_that_comes_later_is_let_in(
    address: WinrmAddress, guest: WindowsGuest, credential: Credential
) -> None:
    hours = Hours()

    def enable() -> None:
        guest.run_command(f"Enable-LocalUser -Name {USER}")

    guest.run_command(f"Disable-LocalUser -Name {USER}")
    hours.at[30] = enable
    with connect(address, credential, deadline=600, clock=hours.clock, sleep=hours.sleep) as remote:
        assert remote.output("'in'") == "in\r\n"


def test_another_certificate_is_another_host(address: WinrmAddress, credential: Credential) -> None:
    expected = self_signed("vm-under-test")
    other = address.model_copy(update={"certificate": expected.certificate.decode()})
    with pytest.raises(HostKeyMismatch) as failure:
        connect(other, credential, deadline=time.monotonic() + 10)
    assert fingerprint(expected.der) in failure.value.seen
    assert fingerprint(expected_certificate(address)) in failure.value.seen


def test_a_certificate_is_trusted_for_its_own_machine_alone(fresh: WindowsGuest, opened: WinrmAddress) -> None:
    of_this = WayIn(fresh).address()
    assert of_this.certificate != opened.certificate
    with pytest.raises(HostKeyMismatch):
        WayIn(fresh).log_in(opened.model_copy(update={"port": fresh.port}))


def test_a_host_that_comes_in_its_place_after_the_login_is_told_with_both_fingerprints(fresh: WindowsGuest) -> None:
    with closing(Relay(fresh.port)) as relay:
        address = WayIn(fresh).address(port=relay.port)
        with WayIn(fresh).log_in(address) as remote:
            assert remote.output("'in'") == "in\r\n"
            other = address.model_copy(update={"certificate": _listen_with(fresh, "-DnsName 127.0.0.1")})
            relay.cut()
            with pytest.raises(HostKeyMismatch) as failure:
                remote.output("'in'")
    assert fingerprint(expected_certificate(address)) in failure.value.seen
    assert fingerprint(expected_certificate(other)) in failure.value.seen


def test_an_expired_certificate_is_told(fresh: WindowsGuest) -> None:
    address = WayIn(fresh).address()
    expired = _listen_with(fresh, "-NotBefore (Get-Date).AddDays(-2) -NotAfter (Get-Date).AddMinutes(-1)")
    with pytest.raises(CertificateRefused, match="has expired") as failure:
        WayIn(fresh).log_in(address.model_copy(update={"certificate": expired}))
    assert "valid until" in failure.value.seen


def test_a_certificate_that_names_another_address_is_told(fresh: WindowsGuest) -> None:
    address = WayIn(fresh).address()
    other = _listen_with(fresh, "-TextExtension '2.5.29.17={text}IPAddress=192.0.2.7'")
    with pytest.raises(CertificateRefused, match="not valid for this connection") as failure:
        WayIn(fresh).log_in(address.model_copy(update={"certificate": other}))
    assert "127.0.0.1" in failure.value.seen


def _listen_with(guest: WindowsGuest, options: str) -> str:
    """Have the listener show another certificate; in PEM."""
    text, _ = guest.run_command(rf"""
        $made = New-SelfSignedCertificate -Subject CN=other -CertStoreLocation Cert:\LocalMachine\My {options}
        Get-ChildItem WSMan:\localhost\Listener | Where-Object {{ $_.Keys -contains 'Transport=HTTPS' }} |
            ForEach-Object {{ Remove-Item "WSMan:\localhost\Listener\$($_.Name)" -Recurse }}
        New-Item WSMan:\localhost\Listener -Transport HTTPS -Address * -CertificateThumbPrint $made.Thumbprint `
            -Force | Out-Null
        [Convert]::ToBase64String($made.RawData)
    """)
    return ssl.DER_cert_to_PEM_cert(base64.b64decode(text))


@contextmanager
def _answering(greeting: bytes) -> Iterator[int]:
    """The port of a server that says this to everyone, whatever it is told."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(4096)
                    connection.sendall(greeting)

        threading.Thread(target=serve, daemon=True).start()
        yield int(listener.getsockname()[1])
        listener.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    "greeting",
    [b"SSH-2.0-OpenSSH_for_Windows_8.1\r\n", b"HTTP/1.1 400 Bad Request\r\nServer: Microsoft-HTTPAPI/2.0\r\n"],
)
def test_a_port_that_does_not_speak_tls_is_told(address: WinrmAddress, credential: Credential, greeting: bytes) -> None:
    with _answering(greeting) as port:
        hours, other = Hours(), address.model_copy(update={"port": port})
        with pytest.raises(DeadlinePassed, match="No WinRM login") as failure:
            connect(other, credential, deadline=1, clock=hours.clock, sleep=hours.sleep)
    assert "something else than TLS answers" in failure.value.seen
    assert greeting.decode().split("\r\n")[0] in failure.value.seen


class WebPage(BaseHTTPRequestHandler):
    """Whatever is asked, it answers with a page."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "12")
        self.end_headers()
        self.wfile.write(b"<p>hello</p>")

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def test_a_web_server_with_the_right_certificate_is_not_winrm(address: WinrmAddress, credential: Credential) -> None:
    shown = self_signed("vm-under-test")
    hours = Hours()
    with ThreadingHTTPServer(("127.0.0.1", 0), WebPage) as site:
        tls = listener_tls(shown.certificate, shown.key, [])
        site.socket = tls.context.wrap_socket(site.socket, server_side=True)
        threading.Thread(target=site.serve_forever, args=(0.05,)).start()
        there = {"port": site.server_port, "certificate": shown.certificate.decode()}
        with pytest.raises(DeadlinePassed) as failure:
            connect(address.model_copy(update=there), credential, deadline=1, clock=hours.clock, sleep=hours.sleep)
        site.shutdown()
    assert "Something else than WinRM answers" in failure.value.seen


def test_a_closed_port_is_waited_for(address: WinrmAddress, credential: Credential, relay: Relay) -> None:
    relay.close()
    hours = Hours()
    with pytest.raises(DeadlinePassed) as failure:
        connect(address, credential, deadline=5, clock=hours.clock, sleep=hours.sleep)
    assert failure.value.seen == "the port refuses connections"
    assert failure.value.transient

    def look() -> None:
        raise MachineStopped("it stopped")

    with pytest.raises(MachineStopped):
        connect(address, credential, deadline=600, meanwhile=look, clock=hours.clock, sleep=hours.sleep)


def test_proxies_of_the_environment_are_ignored(
    address: WinrmAddress, credential: Credential, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with connect(address, credential, deadline=time.monotonic() + 10) as remote:
        assert remote.output("'in'") == "in\r\n"


def test_nothing_shows_the_password(address: WinrmAddress, credential: Credential) -> None:
    with connect(address, credential, deadline=time.monotonic() + 10) as remote:
        shown = [repr(each) for each in (credential, remote, remote._session, vars(remote._session))]
    assert not any(PASSWORD in text for text in shown)


def test_a_certificate_that_is_none_is_a_mistake_of_the_caller(address: WinrmAddress, credential: Credential) -> None:
    with pytest.raises(SettingsError, match="not one in PEM"):
        connect(address.model_copy(update={"certificate": "no such thing"}), credential, deadline=0)


@pytest.mark.parametrize("given", [{}, {"auth": "certificate", "password": Secret("x")}])
def test_a_credential_needs_what_its_way_to_log_in_needs(given: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match="needs"):
        Credential(**given)  # type: ignore[arg-type]
    assert replace(Credential(Secret("x")), auth="basic").auth == "basic"
