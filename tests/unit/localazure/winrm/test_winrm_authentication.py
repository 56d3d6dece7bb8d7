"""Who is let in, by which method, over which transport."""

import base64
import dataclasses
import os
import ssl
import struct
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path

import pytest
import spnego
from pypsrp.exceptions import AuthenticationError
from pypsrp.shell import Process, WinRS
from spnego._ntlm_raw.messages import Authenticate, NegotiateFlags
from winrm.exceptions import InvalidCredentialsError, WinRMTransportError

from localazure.windows.winrm.ntlm import NtlmAcceptor, NtlmRefused
from localazure.windows.winrm.settings import AuthSettings, BindingCheck
from tests.support.winrm_certificates import self_signed
from tests.support.winrm_host import Passwords
from tests.support.winrm_site import PASSWORD, USER, Site


def configure(site: Site, *, allow_unencrypted: bool = False, **auth: bool | BindingCheck) -> None:
    site.server.settings = dataclasses.replace(
        site.server.settings,
        auth=dataclasses.replace(AuthSettings(), **auth),  # type: ignore[arg-type]
        allow_unencrypted=allow_unencrypted,
    )


MUTUAL = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"


def ask(site: Site, authorization: str = "", body: bytes = b"<x/>") -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", site.ports["http"], timeout=5)
    headers = {"Authorization": authorization} if authorization else {}
    try:
        connection.request("POST", "/wsman", body, headers)
        response = connection.getresponse()
        response.read()
        return response
    finally:
        connection.close()


def offers(response: HTTPResponse) -> list[str]:
    return response.headers.get_all("WWW-Authenticate", [])


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def test_a_stranger_hears_what_is_offered(site: Site) -> None:
    response = ask(site)
    assert (response.status, offers(response)) == (401, ["Negotiate", "Kerberos"])
    assert response.headers["Server"] == "Microsoft-HTTPAPI/2.0"
    configure(site, allow_unencrypted=True, basic=True, kerberos=False)
    assert offers(ask(site)) == ["Negotiate", 'Basic realm="WSMAN"']


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("transport", ["ntlm", "basic"])
def test_a_wrong_password_or_an_unknown_name(site: Site, scheme: str, transport: str) -> None:
    for wrong in ({"password": "guess"}, {"username": "nobody"}):
        with pytest.raises(InvalidCredentialsError):
            site.pywinrm(scheme, transport, **wrong).open_shell()


def test_the_same_by_spnego(site: Site) -> None:
    with pytest.raises(AuthenticationError):
        WinRS(site.pypsrp(password="guess")).open()


@pytest.mark.parametrize("name", ["BUILDER", "VM-UNDER-TEST\\builder", ".\\builder"])
@pytest.mark.parametrize("transport", ["ntlm", "basic"])
def test_names_in_any_case_and_with_this_machine_for_a_domain(site: Site, transport: str, name: str) -> None:
    client = site.pywinrm(transport=transport, username=name)
    client.close_shell(client.open_shell())


def test_one_users_shell_is_his_however_he_came_in(site: Site) -> None:
    first, second = site.pywinrm(), site.pywinrm(transport="certificate")
    shell = first.open_shell()
    second.close_shell(shell)


def test_basic_only_if_enabled_and_in_the_clear_only_if_allowed(site: Site) -> None:
    assert ask(site, basic(USER, PASSWORD)).status == 401
    configure(site)
    with pytest.raises(InvalidCredentialsError):
        site.pywinrm("https", "basic").open_shell()
    configure(site, allow_unencrypted=True, basic=True)
    client = site.pywinrm("http", "basic")
    client.close_shell(client.open_shell())
    for broken in ("Basic", "Basic %%%", "Basic " + base64.b64encode(b"\xff\xfe").decode(), basic(USER, "guess")):
        assert ask(site, broken).status == 401


def test_a_disabled_negotiate(site: Site) -> None:
    configure(site, negotiate=False, basic=True)
    with pytest.raises(InvalidCredentialsError):
        site.pywinrm("https", "ntlm").open_shell()


@pytest.mark.parametrize("header", ["Kerberos YII=", "CredSSP YII=", "Negotiate", "Negotiate AAAA", "Odd"])
def test_what_this_machine_does_not_speak(site: Site, header: str) -> None:
    response = ask(site, header)
    assert (response.status, offers(response)) == (401, ["Negotiate", "Kerberos"])


def test_a_client_may_begin_anew_in_the_middle(site: Site) -> None:
    connection = HTTPConnection("127.0.0.1", site.ports["http"], timeout=5)
    first, second = (spnego.client(USER, PASSWORD, protocol="ntlm") for _ in range(2))

    def exchange(token: bytes | None) -> tuple[int, bytes]:
        header = "Negotiate " + base64.b64encode(token or b"").decode()
        connection.request("POST", "/wsman", b"", {"Authorization": header})
        response = connection.getresponse()
        response.read()
        return response.status, base64.b64decode(response.headers.get("WWW-Authenticate", " ").split(" ")[1])

    exchange(first.step())
    _, challenge = exchange(second.step())
    assert exchange(second.step(challenge)) == (200, b"")
    connection.close()


def test_clear_messages_over_http_only_if_allowed(site: Site) -> None:
    with pytest.raises(WinRMTransportError) as error:
        site.pywinrm("http", "ntlm", message_encryption="never").open_shell()
    assert error.value.code == 500
    configure(site, allow_unencrypted=True)
    client = site.pywinrm("http", "ntlm", message_encryption="never")
    client.close_shell(client.open_shell())


def test_sealed_messages_show_nothing_of_what_is_in_them(site: Site) -> None:
    client = site.pywinrm("http", "ntlm")
    bodies: list[bytes] = []
    session = client.transport.build_session()
    session.hooks["response"].append(lambda response, **_: bodies.extend((response.request.body, response.content)))
    shell = client.open_shell()
    assert len(bodies) == 2
    for body in bodies:
        assert body.startswith(b"--Encrypted Boundary\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n")
        assert b"Envelope" not in body
        assert shell.encode() not in body
    client.close_shell(shell)


def test_a_sealed_message_that_was_changed_is_refused_and_the_session_with_it(site: Site) -> None:
    client = site.pywinrm("http", "ntlm")
    client.transport.build_session()
    encryption = client.transport.encryption
    assert encryption
    prepare = encryption.prepare_encrypted_request

    def tampered(*arguments: object) -> object:
        request = prepare(*arguments)  # type: ignore[arg-type]
        assert isinstance(request.body, bytes)
        middle = len(request.body) // 2
        request.body = request.body[:middle] + bytes([request.body[middle] ^ 1]) + request.body[middle + 1 :]
        return request

    encryption.prepare_encrypted_request = tampered  # type: ignore[method-assign,assignment]
    with pytest.raises(WinRMTransportError) as error:
        client.open_shell()
    assert error.value.code == 400
    assert site.server._shells.of(USER) == []


def test_a_certificate_only_if_enabled_mapped_and_proved(site: Site, tmp_path: Path) -> None:
    site.accounts.certificates.clear()
    with pytest.raises(InvalidCredentialsError):
        site.pywinrm(transport="certificate").open_shell()
    site.accounts.certificates[site.client.der] = USER
    configure(site)
    with pytest.raises(InvalidCredentialsError):
        site.pywinrm(transport="certificate").open_shell()
    configure(site, certificate=True)
    stranger = self_signed("builder", for_client=True)
    site.accounts.certificates[stranger.der] = USER
    site.client = stranger
    with pytest.raises(OSError, match=r"[Cc]onnection|SSL|EOF|alert"):
        site.pywinrm(transport="certificate").open_shell()


@pytest.mark.parametrize(
    ("version", "offers_it_late", "status"),
    [("TLSv1_2", False, 200), ("TLSv1_3", True, 200), ("TLSv1_3", False, None)],
)
def test_a_certificate_is_asked_for_after_the_handshake_of_tls_1_3(
    site: Site, version: str, offers_it_late: bool, status: int | None
) -> None:
    context = ssl.create_default_context(cafile=str(site.trusted))
    context.load_cert_chain(*site.client.write(site.folder, "client"))
    context.minimum_version = context.maximum_version = ssl.TLSVersion[version]
    context.post_handshake_auth = offers_it_late
    client = HTTPSConnection("127.0.0.1", site.ports["https"], timeout=5, context=context)
    try:
        client.request("POST", "/wsman", b"", {"Authorization": MUTUAL})
        assert client.getresponse().status == status
    except OSError:
        assert status is None, "as Windows Server 2022 ends connections of clients that are not to be asked late"
    finally:
        client.close()


def test_saying_certificate_without_having_one(site: Site) -> None:
    assert ask(site, MUTUAL).status == 401


@pytest.mark.parametrize(
    ("check", "send", "welcome"),
    [
        (BindingCheck.NONE, False, True), (BindingCheck.RELAXED, False, True), (BindingCheck.RELAXED, True, True),
        (BindingCheck.STRICT, False, False), (BindingCheck.STRICT, True, True),
    ],
)  # fmt: skip
def test_binding_to_the_tls_channel(site: Site, check: BindingCheck, send: bool, welcome: bool) -> None:
    configure(site, binding_check=check)
    client = site.pywinrm(send_cbt=send)
    if welcome:
        client.close_shell(client.open_shell())
    else:
        with pytest.raises(InvalidCredentialsError):
            client.open_shell()


def test_a_binding_to_another_channel_is_a_man_in_the_middle() -> None:
    def attempt(check: BindingCheck) -> NtlmAcceptor:
        acceptor = NtlmAcceptor(Passwords({USER: PASSWORD}), b"tls-server-end-point:ours", check)
        theirs = spnego.channel_bindings.GssChannelBindings(application_data=b"tls-server-end-point:theirs")
        client = spnego.client(USER, PASSWORD, protocol="ntlm", channel_bindings=theirs)
        acceptor.step(client.step(acceptor.step(client.step() or b"")) or b"")
        return acceptor

    assert attempt(BindingCheck.NONE).user == USER
    for check in (BindingCheck.RELAXED, BindingCheck.STRICT):
        with pytest.raises(NtlmRefused):
            attempt(check)


@pytest.mark.parametrize("domain", ["x\n:victim:known\n", "x:y", "\u2028", "a\\b"])
def test_no_name_smuggles_an_account_in(domain: str) -> None:
    acceptor = NtlmAcceptor(Passwords({USER: PASSWORD, "victim": PASSWORD}), None, BindingCheck.NONE)
    client = spnego.client("victim", "known", protocol="ntlm")
    answer = acceptor.step(client.step() or b"")
    token = Authenticate.unpack(client.step(answer) or b"")
    forged = Authenticate(
        token.flags, token.lm_challenge_response, token.nt_challenge_response, domain_name=domain, username=USER,
        encrypted_session_key=token.encrypted_random_session_key,
    )  # fmt: skip
    assert acceptor._line(forged.pack()) == ""
    with pytest.raises(NtlmRefused):
        acceptor.step(forged.pack())


def test_no_lm_response_opens_an_account() -> None:
    """An account without an LM hash must not accept the response an empty hash would give."""
    acceptor = NtlmAcceptor(Passwords({USER: PASSWORD}), None, BindingCheck.NONE)
    line = acceptor._line(Authenticate(NegotiateFlags.unicode, b"\x01" * 24, None, username=USER).pack())
    name, _, lm_hash, nt_hash, *_ = line.split(":")
    assert (name, len(lm_hash), len(nt_hash)) == (USER, 32, 32)
    assert int(lm_hash, 16)


@pytest.mark.parametrize("length", [0, 8, 40, 63, 64, 88])
def test_a_torn_token(length: int) -> None:
    acceptor = NtlmAcceptor(Passwords({USER: PASSWORD}), None, BindingCheck.NONE)
    client = spnego.client(USER, PASSWORD, protocol="ntlm")
    whole = client.step(acceptor.step(client.step() or b"")) or b""
    with pytest.raises(NtlmRefused):
        acceptor.step(whole[:length])
    with pytest.raises(NtlmRefused):
        NtlmAcceptor(Passwords({}), None, BindingCheck.NONE).step(struct.pack("<I", length) * 8)


def test_neither_password_nor_hash_is_left_behind(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="localazure")
    for _ in range(3):
        with WinRS(site.pypsrp("http")) as shell:
            Process(shell, "true").invoke()
    assert "NTLM_USER_FILE" not in os.environ
    open_files = [str(each.readlink()) for each in Path("/proc/self/fd").iterdir() if each.is_symlink()]
    assert not [name for name in open_files if "ntlm-accounts" in name or "listener-key" in name]
    assert not any(PASSWORD in str(record.__dict__) for record in caplog.records)


def test_many_come_in_at_once(site: Site) -> None:
    """The account file is named by a variable of the whole process; nobody may be taken for somebody else."""

    def whoami(number: int) -> tuple[str, str]:
        user = (USER, "other")[number % 2]
        with WinRS(site.pypsrp("http", username=user)) as shell:
            Process(shell, "true").invoke()
            return user, str(shell.owner)

    with ThreadPoolExecutor(8) as pool:
        pairs = list(pool.map(whoami, range(16)))
    assert {user for user, _ in pairs} == {USER, "other"}
    assert all(user == owner for user, owner in pairs)
    assert sorted(user for user, _ in site.host.lines) == sorted(user for user, _ in pairs)
