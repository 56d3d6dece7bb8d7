"""System.Environment: the process's variables are the host's, the machine's and the user's are in the registry."""

from __future__ import annotations

from localazure.windows.cmdlets.session import machine_of, user_of
from localazure.windows.machine.environment import expand
from localazure.windows.powershell.dotnet.building import Members, argument_wrong, declare, with_engine
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.values import Table


def _read(engine: EngineApi, name: object, target: object = "Process") -> str | None:
    variables = _variables(engine, to_text(target).lower())
    return next((text for known, text in variables.items() if known.lower() == to_text(name).lower()), None)


def _all(engine: EngineApi, target: object = "Process") -> Table:
    return Table(_variables(engine, to_text(target).lower()))


def _variables(engine: EngineApi, target: str) -> dict[str, str]:
    environment = machine_of(engine).environment
    if target == "machine":
        return environment.machine()
    return environment.user(user_of(engine).sid) if target == "user" else dict(engine.host.environment)


def _set(engine: EngineApi, name: object, value: object, target: object = "Process") -> None:
    named, text, where = to_text(name), None if value is None else to_text(value), to_text(target).lower()
    if not named or "=" in named:
        raise argument_wrong("Environment variable name cannot contain equal character or be empty.")
    environment = machine_of(engine).environment
    if where == "machine":
        environment.set_machine(named, text)
    elif where == "user":
        environment.set_user(user_of(engine).sid, named, text)
    else:
        _set_own(engine, named, text)


def _set_own(engine: EngineApi, name: str, text: str | None) -> None:
    own = engine.host.environment
    spelled = next((known for known in own if known.lower() == name.lower()), name)
    if text:
        own[spelled] = text
    else:
        own.pop(spelled, None)


ENVIRONMENT = declare(
    "System.Environment",
    Members(
        static={
            "GetEnvironmentVariable": with_engine(_read),
            "GetEnvironmentVariables": with_engine(_all),
            "SetEnvironmentVariable": with_engine(_set),
            "ExpandEnvironmentVariables": with_engine(
                lambda engine, text: expand(to_text(text), dict(engine.host.environment))
            ),
        },
        static_get={
            "MachineName": with_engine(lambda engine: machine_of(engine).name),
            "UserName": with_engine(lambda engine: user_of(engine).name),
            "UserDomainName": with_engine(lambda engine: user_of(engine).domain),
            "CurrentDirectory": with_engine(lambda engine: engine.location),
        },
        constants={"NewLine": "\r\n", "Is64BitOperatingSystem": True, "Is64BitProcess": True},
    ),
)
