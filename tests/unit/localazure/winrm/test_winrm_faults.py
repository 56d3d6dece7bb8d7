"""What the service refuses, with Windows' codes and words, as a client sees it."""

import re
import xml.etree.ElementTree as ET

import pytest
from pypsrp.exceptions import WinRMTransportError, WSManFaultError
from pypsrp.shell import Process, WinRS
from pypsrp.wsman import NAMESPACES, OptionSet, SelectorSet, WSMan, WSManAction

from tests.support.winrm_site import Site

RSP = NAMESPACES["rsp"]
CMD = f"{RSP}/cmd"
UNKNOWN = "11111111-2222-3333-4444-555555555555"


def code_of(error: pytest.ExceptionInfo[WSManFaultError]) -> object:
    return error.value.code


def shell_selector(shell_id: str | None) -> SelectorSet:
    selectors = SelectorSet()
    selectors.add_option("ShellId", shell_id or "")
    return selectors


def element(name: str, attributes: dict[str, str] | None = None, text: str = "") -> ET.Element:
    made = ET.Element(f"{{{RSP}}}{name}", attributes or {})
    made.text = text
    return made


def command_line(command: str) -> ET.Element:
    line = element("CommandLine")
    line.append(element("Command", text=command))
    return line


@pytest.fixture
def wsman(site: Site) -> WSMan:
    return site.pypsrp()


def test_an_unknown_shell(wsman: WSMan) -> None:
    for action in (WSManAction.DELETE, WSManAction.COMMAND, WSManAction.GET):
        with pytest.raises(WSManFaultError, match=f"ShellId {UNKNOWN} failed because the shell was not found") as error:
            wsman.invoke(action, CMD, command_line("x"), selector_set=shell_selector(UNKNOWN))
        assert (code_of(error), error.value.machine) == (2150858843, "127.0.0.1")


def test_a_request_that_names_no_shell(wsman: WSMan) -> None:
    with pytest.raises(WSManFaultError, match="requires the following selector: ShellId") as error:
        wsman.command(CMD, command_line("x"))
    assert code_of(error) == 2150858842


def test_somebody_elses_shell(wsman: WSMan, site: Site) -> None:
    with WinRS(wsman) as shell:
        stranger = WinRS(site.pypsrp(username="other"), id=shell.id)
        stranger._selector_set = shell_selector(shell.id)
        for attempt in (lambda: Process(stranger, "x").begin_invoke(), stranger._get_shell):
            with pytest.raises(WSManFaultError, match="Access is denied") as error:
                attempt()
            assert code_of(error) == 5


def test_an_unknown_command(wsman: WSMan) -> None:
    with WinRS(wsman) as shell:
        for attempt in (lambda: shell.receive(command_id=UNKNOWN), lambda: shell.send("stdin", b"x", UNKNOWN)):
            with pytest.raises(WSManFaultError, match="a command identifier that does not exist") as error:
                attempt()
            assert code_of(error) == 2150858843


def test_parameters_the_cmd_plugin_does_not_take(wsman: WSMan) -> None:
    with WinRS(wsman) as shell:
        process = Process(shell, "cat")
        process.begin_invoke()
        assert process.id
        for attempt in (
            shell.receive,
            lambda: Process(shell, "").begin_invoke(),
            lambda: shell.send("pr", b"x", process.id),
            lambda: shell.receive("stdout progress", process.id),
            lambda: process.signal("powershell/signal/ctrl_c"),
        ):
            with pytest.raises(WSManFaultError, match="The parameter is incorrect") as error:
                attempt()
            assert (code_of(error), error.value.provider) == (87, "Shell cmd plugin")


def test_ids_a_client_chooses(wsman: WSMan) -> None:
    with WinRS(wsman, id=UNKNOWN) as shell:
        assert shell.id == UNKNOWN
        shell.command("cat", None, command_id=UNKNOWN)
        for attempt, code in (
            (WinRS(wsman, id=UNKNOWN).open, 2150859223),
            (WinRS(wsman, id="one").open, 2150859221),
            (lambda: shell.command("cat", None, command_id=UNKNOWN), 2150859222),
            (lambda: shell.command("cat", None, command_id="one"), 2150859220),
        ):
            with pytest.raises(WSManFaultError, match="specified by the client") as error:
                attempt()
            assert code_of(error) == code


def test_an_enumeration_that_was_pulled_or_never_was(wsman: WSMan) -> None:
    pull = ET.Element(f"{{{NAMESPACES['wsen']}}}Pull")
    ET.SubElement(pull, f"{{{NAMESPACES['wsen']}}}EnumerationContext").text = "uuid:1"
    with pytest.raises(WSManFaultError, match="WS-Enumeration context in the enumeration is not valid") as error:
        wsman.pull(RSP, pull)
    assert code_of(error) == 2150858779


def test_a_program_that_does_not_exist_without_cmd_exe(wsman: WSMan) -> None:
    with WinRS(wsman) as shell, pytest.raises(WSManFaultError, match="cannot find the file specified") as error:
        Process(shell, "nowhere.exe", no_shell=True).begin_invoke()
    assert code_of(error) == 0x80070002


@pytest.mark.parametrize(
    "uri",
    [
        "http://schemas.microsoft.com/powershell/Microsoft.PowerShell",
        "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_Service",
    ],
)
def test_a_resource_nobody_serves(wsman: WSMan, uri: str) -> None:
    for action in (WSManAction.ENUMERATE, WSManAction.CREATE):
        with pytest.raises(WSManFaultError, match="was not found in the WS-Management catalog") as error:
            wsman.invoke(action, uri, None)
        assert code_of(error) == 2150858811


def test_an_action_nobody_knows_or_the_resource_does_not_support(wsman: WSMan) -> None:
    with pytest.raises(WSManFaultError, match="does not support the action") as error:
        wsman.invoke("http://example.com/Dance", CMD, None)
    assert code_of(error) == 2150858771
    with pytest.raises(WSManFaultError, match="does not support the Enumerate operation") as error:
        wsman.enumerate("http://schemas.microsoft.com/wbem/wsman/1/config")
    assert code_of(error) == 2150858801


def test_a_body_without_what_the_action_needs(wsman: WSMan) -> None:
    for body in (None, element("Other")):
        with pytest.raises(WSManFaultError, match="does not match the corresponding XML schema") as error:
            wsman.create(CMD, body)  # type: ignore[arg-type]
        assert code_of(error) == 2150858817


def test_a_code_page_that_is_no_number(wsman: WSMan) -> None:
    options = OptionSet()
    options.add_option("WINRS_CODEPAGE", "latin")
    with pytest.raises(WSManFaultError, match="WINRS_CODEPAGE") as error:
        wsman.create(CMD, element("Shell"), option_set=options)
    assert code_of(error) == 2150858835


def test_an_operation_timeout_that_is_none(wsman: WSMan) -> None:
    with pytest.raises(WSManFaultError, match="invalid timeout field in the SOAP header: PT-1S") as error:
        wsman.get(CMD, timeout=-1)
    assert code_of(error) == 2150858767


def test_an_envelope_smaller_than_any_answer(site: Site) -> None:
    with pytest.raises(WSManFaultError, match="envelope size in the request is too small") as error:
        site.pypsrp(max_envelope_size=4096).get(CMD)
    assert code_of(error) == 2150858878


BOMB = b'<!DOCTYPE e [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><e>&b;&b;&b;&b;</e>'

NOT_UNDERSTOOD = b"""<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header>
  <x:Security xmlns:x="urn:x" s:mustUnderstand="true"/></s:Header><s:Body/></s:Envelope>"""


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"<Envelope", 2150858819),
        (BOMB, 2150858819),
        (b"<a>" * 100 + b"</a>" * 100, 2150858819),
        (b"<Envelope/>", 2150858817),
        (
            b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body/></s:Envelope>',
            2150858769,
        ),
        (NOT_UNDERSTOOD, 2150858768),
    ],
)
def test_envelopes_that_are_none(wsman: WSMan, message: bytes, code: int) -> None:
    with pytest.raises(WinRMTransportError) as error:
        wsman.transport.send(message)
    assert error.value.code == 500
    assert WSMan._parse_wsman_fault(error.value.response_text).code == code


def test_a_fault_is_shaped_as_windows_shapes_it(wsman: WSMan) -> None:
    """Field by field what a Windows Server answered to the same request, but for the names of machine and message."""
    with pytest.raises(WinRMTransportError) as error:
        wsman.transport.send(request_for(UNKNOWN))
    detail = "http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/UnexpectedSelectors"
    assert re.sub(r".*<s:Body>", "", error.value.response_text) == (
        "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>w:InvalidSelectors</s:Value></s:Subcode>"
        '</s:Code><s:Reason><s:Text xml:lang="en-US">The WS-Management service cannot process the request because the '
        "request contained invalid selectors for the resource. </s:Text></s:Reason><s:Detail>"
        f"<w:FaultDetail>{detail}</w:FaultDetail>"
        '<f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="2150858843" '
        'Machine="127.0.0.1">'
        f"<f:Message>The request for the Windows Remote Shell with ShellId {UNKNOWN} failed because the shell was not "
        "found on the server. Possible causes are: the specified ShellId is incorrect or the shell no longer exists on "
        "the server. Provide the correct ShellId or create a new shell and retry the operation. </f:Message>"
        "</f:WSManFault></s:Detail></s:Fault></s:Body></s:Envelope>"
    )


def request_for(shell_id: str) -> bytes:
    return f"""<s:Envelope xmlns:s="{NAMESPACES["s"]}" xmlns:a="{NAMESPACES["wsa"]}" xmlns:w="{NAMESPACES["wsman"]}">
      <s:Header><a:Action>{WSManAction.DELETE}</a:Action><a:MessageID>uuid:1</a:MessageID>
      <w:ResourceURI>{CMD}</w:ResourceURI>
      <w:SelectorSet><w:Selector Name="ShellId">{shell_id}</w:Selector></w:SelectorSet>
      </s:Header><s:Body/></s:Envelope>""".encode()
