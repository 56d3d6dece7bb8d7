"""Clients nobody wrote for this server, unmodified: pywinrm, and pypsrp's WSMan with WinRS."""

import xml.etree.ElementTree as ET

import pytest
from pypsrp.shell import Process, SignalCode, WinRS
from pypsrp.wsman import NAMESPACES

from tests.support.winrm_site import Site


@pytest.mark.parametrize(
    ("scheme", "transport"), [("https", "ntlm"), ("http", "ntlm"), ("https", "basic"), ("https", "certificate")]
)
def test_pywinrm_runs_a_command(site: Site, scheme: str, transport: str) -> None:
    client = site.pywinrm(scheme, transport)
    shell = client.open_shell(codepage=65001, env_vars={"COLOUR": "blau, grün"}, working_directory="/")
    command = client.run_command(shell, "echo", ["$COLOUR;", "pwd;", "echo", "oh", ">&2;", "exit", "3"])
    assert client.get_command_output(shell, command) == ("blau, grün\n/\n".encode(), b"oh\n", 3)
    client.cleanup_command(shell, command)
    client.close_shell(shell)
    assert [user for user, _ in site.host.lines] == ["builder"]
    assert site.host.codepages == [65001]


@pytest.mark.parametrize(
    ("scheme", "auth", "encryption"),
    [
        ("https", "negotiate", "auto"), ("https", "ntlm", "always"), ("http", "negotiate", "auto"),
        ("http", "ntlm", "always"), ("https", "basic", "auto"), ("https", "certificate", "auto"),
    ],
)  # fmt: skip
def test_pypsrp_runs_a_command(site: Site, scheme: str, auth: str, encryption: str) -> None:
    wsman = site.pypsrp(scheme, auth, encryption=encryption)
    with WinRS(wsman, environment={"COLOUR": "red"}, codepage=65001, working_directory="/") as shell:
        process = Process(shell, "echo $COLOUR; cat; exit 5")
        process.begin_invoke()
        process.send(b"some input", end=False)
        process.send(b" and more")
        process.end_invoke()
        assert (process.stdout, process.stderr, process.rc) == (b"red\nsome input and more", b"", 5)
        process.signal(SignalCode.CTRL_C)


def test_pypsrp_sees_what_the_service_says_of_a_shell_and_of_itself(site: Site) -> None:
    wsman = site.pypsrp()
    with WinRS(wsman, name="one", idle_time_out=60) as shell:
        assert [str(each) for each in (shell.owner, shell.client_ip, shell.idle_time_out)] == [
            "builder", "127.0.0.1", "PT60.000S",
        ]  # fmt: skip
        seen = shell._get_shell()
        assert (seen["ShellId"], seen["Name"], seen["InputStreams"]) == (shell.id, "one", "stdin")
    wsman.update_max_payload_size()
    assert wsman.max_envelope_size == 500 * 1024


def test_a_new_shell_is_described_part_by_part_as_windows_does(site: Site) -> None:
    shell = WinRS(site.pypsrp(), environment={"A<": "&"}, working_directory="/", lifetime=60, name="one")
    body = shell.open()
    assert body is not None
    described = body.find("rsp:Shell", NAMESPACES)
    assert described is not None
    assert [each.tag.rpartition("}")[2] for each in described] == [
        "ShellId", "ResourceUri", "Owner", "ClientIP", "Environment", "WorkingDirectory", "IdleTimeOut",
        "InputStreams", "OutputStreams", "ShellRunTime", "ShellInactivity",
    ]  # fmt: skip
    assert [(each.get("Name"), each.text) for each in described.iter(f"{{{NAMESPACES['rsp']}}}Variable")] == [
        ("A<", "&")
    ]
    shell.close()


def test_shells_are_listed_at_once_or_pulled(site: Site) -> None:
    wsman, wsen = site.pypsrp(), f"{{{NAMESPACES['wsen']}}}"
    uri = NAMESPACES["rsp"]

    def ids(answer: ET.Element) -> list[str | None]:
        return [each.text for each in answer.iter(f"{{{uri}}}ShellId")]

    enumerate_ = ET.Element(f"{wsen}Enumerate")
    with WinRS(wsman) as one, WinRS(wsman) as two:
        context = wsman.enumerate(uri, enumerate_).find(f".//{wsen}EnumerationContext")
        assert context is not None
        pull = ET.Element(f"{wsen}Pull")
        pull.append(context)
        assert ids(wsman.pull(uri, pull)) == [one.id, two.id]
        ET.SubElement(enumerate_, f"{{{NAMESPACES['wsman']}}}OptimizeEnumeration")
        assert ids(wsman.enumerate(uri, enumerate_)) == [one.id, two.id]
    assert ids(wsman.enumerate(uri, enumerate_)) == []


def test_cmd_exe_is_put_before_a_command_unless_the_client_wants_none(site: Site) -> None:
    with WinRS(site.pypsrp()) as shell:
        for no_shell in (False, True):
            process = Process(shell, "cat", ["/dev/null"], no_shell=no_shell)
            process.invoke()
            assert process.rc == 0
    assert [line for _, line in site.host.lines] == [r"C:\Windows\system32\cmd.exe /C cat /dev/null", "cat /dev/null"]
