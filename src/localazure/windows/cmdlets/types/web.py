"""System.Net.WebClient and ServicePointManager, of a machine without a network to the outside."""

from __future__ import annotations

from typing import Any

from localazure.windows.cmdlets.session import session_of
from localazure.windows.cmdlets.web import unreachable
from localazure.windows.powershell.dotnet.building import Members, declare, with_engine
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.types import DotnetType, enumeration
from localazure.windows.powershell.values import PsObject, Table

_PROTOCOL = "System.Net.SecurityProtocolType"
_PROTOCOLS = {"SystemDefault": 0, "Ssl3": 48, "Tls": 192, "Tls11": 768, "Tls12": 3072, "Tls13": 12288}


def _fails(uri: object, *_: object) -> Any:
    raise unreachable(uri)


def _client() -> PsObject:
    names = ("DownloadFile", "DownloadString", "DownloadData", "UploadString", "UploadFile", "OpenRead")
    methods = dict.fromkeys(names, _fails)
    properties = {"Headers": Table(), "Proxy": None, "Credentials": None, "UseDefaultCredentials": False}
    return PsObject.typed("System.Net.WebClient", properties, {**methods, "Dispose": lambda: None})


def _chosen(engine: EngineApi) -> Any:
    return engine.convert(session_of(engine).security_protocol, _PROTOCOL)


def _choose(engine: EngineApi, value: object) -> None:
    session_of(engine).security_protocol = engine.convert(value, _PROTOCOL).number


def web_types() -> list[DotnetType]:
    manager = Members(
        static_get={"SecurityProtocol": with_engine(_chosen)}, static_set={"SecurityProtocol": with_engine(_choose)}
    )
    return [
        declare("System.Net.WebClient", Members(new=_client)),
        declare("System.Net.ServicePointManager", manager),
        enumeration(_PROTOCOL, _PROTOCOLS, flags=True),
    ]
