"""Invoke-WebRequest, Invoke-RestMethod and Test-Connection: the modelled machine has no network to the outside."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from localazure.windows.cmdlets.session import machine_of
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.errors import PsError, error
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.values import PsObject

UTILITY = "Microsoft.PowerShell.Utility"
_REQUEST = (
    Parameter("Uri", position=0, kind=str, mandatory=True),
    Parameter("Method", kind=str),
    Parameter("Body", pipeline="value"),
    Parameter("ContentType", kind=str),
    Parameter("Credential"),
    Parameter("DisableKeepAlive", switch=True),
    Parameter("Headers"),
    Parameter("InFile", kind=str),
    Parameter("OutFile", kind=str),
    Parameter("PassThru", switch=True),
    Parameter("Proxy"),
    Parameter("SessionVariable", kind=str),
    Parameter("TimeoutSec", kind=int),
    Parameter("UseBasicParsing", switch=True),
    Parameter("UseDefaultCredentials", switch=True),
    Parameter("UserAgent", kind=str),
    Parameter("WebSession"),
    Parameter("MaximumRedirection", kind=int),
    Parameter("Certificate"),
)


def unreachable(uri: object) -> PsError:
    """WebException, as a machine says it that can resolve no name and reach no address."""
    host = urlsplit(to_text(uri)).hostname or urlsplit(f"//{to_text(uri)}").hostname or ""
    is_name = any(char.isalpha() for char in host) and host.lower() != "localhost" and ":" not in host
    text = f"The remote name could not be resolved: '{host}'" if is_name else "Unable to connect to the remote server"
    return error("System.Net.WebException", text, "WebCmdletWebResponseException", "InvalidOperation", to_text(uri))


@command("Invoke-WebRequest", aliases=("iwr", "curl", "wget"), module=UTILITY, parameters=_REQUEST)
def invoke_web_request(call: Call) -> None:
    raise unreachable(call.get("Uri"))


@command("Invoke-RestMethod", aliases=("irm",), module=UTILITY, parameters=_REQUEST)
def invoke_rest_method(call: Call) -> None:
    raise unreachable(call.get("Uri"))


@command(
    "Start-BitsTransfer",
    module="BitsTransfer",
    parameters=(
        Parameter("Source", position=0, kind="System.String[]", mandatory=True, pipeline="property"),
        Parameter("Destination", position=1, kind="System.String[]", pipeline="property"),
        Parameter("DisplayName", kind=str),
        Parameter("Description", kind=str),
        Parameter("Priority", kind=str),
        Parameter("Asynchronous", switch=True),
    ),
)
def start_bits_transfer(_: Call) -> None:
    text = "The server name or address could not be resolved (Exception from HRESULT: 0x80072EE7)"
    error_id = "StartBitsTransferCOMException"
    raise error("System.Runtime.InteropServices.COMException", text, error_id, "InvalidOperation")


@command(
    "Test-Connection",
    module="Microsoft.PowerShell.Management",
    parameters=(
        Parameter("ComputerName", position=0, kind="System.String[]", mandatory=True, pipeline="property",
                  aliases=("CN", "IPAddress", "__SERVER", "Server", "Destination")),
        Parameter("Count", kind=int),
        Parameter("Delay", kind=int),
        Parameter("Quiet", switch=True),
        Parameter("BufferSize", kind=int),
        Parameter("TimeToLive", kind=int),
    ),
)  # fmt: skip
def test_connection(call: Call) -> Iterator[object]:
    """Only the machine itself answers."""
    name = machine_of(call.engine).name
    own = {"localhost", "127.0.0.1", "::1", ".", name.lower()}
    for asked in call.each("ComputerName"):
        target = to_text(asked)
        if call.switch("Quiet"):
            yield target.lower() in own
        elif target.lower() in own:
            yield from (_reply(name, target) for _ in range(int(call.get("Count", 4))))
        else:
            text = f"Testing connection to computer '{target}' failed: Error due to lack of resources"
            kind = "System.Net.NetworkInformation.PingException"
            call.error(kind, text, "TestConnectionException", "ResourceUnavailable", target)


def _reply(source: str, target: str) -> PsObject:
    properties = {
        "PSComputerName": source,
        "Address": target,
        "ProtocolAddress": "127.0.0.1",
        "BufferSize": 32,
        "ResponseTime": 0,
        "StatusCode": 0,
    }
    return PsObject.typed("System.Management.ManagementObject#root\\cimv2\\Win32_PingStatus", properties)
