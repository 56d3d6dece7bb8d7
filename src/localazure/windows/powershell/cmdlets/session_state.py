"""Get-Command, Set-StrictMode."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from localazure.windows.powershell.cmdlets.common import CORE, as_list
from localazure.windows.powershell.commands import Call, Command, Parameter, command
from localazure.windows.powershell.regexes import has_wildcards, wildcard_regex
from localazure.windows.powershell.strictness import LATEST
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.values import PsObject, ScriptBlock

if TYPE_CHECKING:
    from localazure.windows.powershell.frames import Frame


@command(
    "Set-StrictMode", module=CORE, parameters=(Parameter("Version", aliases=("v",)), Parameter("Off", switch=True))
)
def set_strict_mode(call: Call) -> None:
    """From here on, in the caller's scope and those within it, variables and properties must be there to be read."""
    frame = cast("Frame", call.engine)
    if call.switch("Off"):
        frame.scope.own_strictness = 0
        return
    version = to_text(call.get("Version")).lower()
    frame.scope.own_strictness = LATEST if version == "latest" else int(call.engine.convert(version, "double"))


@command(
    "Get-Command",
    aliases=("gcm",),
    module=CORE,
    parameters=(
        Parameter("Name", position=0, kind=list, pipeline="both"),
        Parameter("CommandType", kind=list, aliases=("Type",)),
        Parameter("All", switch=True),
    ),
)
def get_command(call: Call) -> Iterator[object]:
    """What names run: functions, cmdlets and programs. Writes an error for a name that runs nothing."""
    wanted = {to_text(kind).lower() for kind in as_list(call.get("CommandType"))}
    for name in [to_text(each) for each in as_list(call.get("Name"))] or ["*"]:
        found = [each for each in _found(call, name) if not wanted or each.properties["CommandType"].lower() in wanted]
        yield from found
        if not found and not has_wildcards(name):
            text = (
                f"The term '{name}' is not recognized as the name of a cmdlet, function, script file, or operable "
                "program. Check the spelling of the name, or if a path was included, verify that the path is correct "
                "and try again."
            )
            kind = "System.Management.Automation.CommandNotFoundException"
            call.error(kind, text, "CommandNotFoundException", "ObjectNotFound", name)


def _found(call: Call, name: str) -> Iterator[PsObject]:
    if has_wildcards(name):
        fits = wildcard_regex(name)
        for each in sorted({*call.engine.functions(), *(command.name for command in call.engine.commands)}):
            if fits.fullmatch(each):
                yield from _one(call, each)
    else:
        yield from _one(call, name)


def _one(call: Call, name: str) -> Iterator[PsObject]:
    found = call.engine.find_command(name)
    if isinstance(found, Command):
        yield _info("Cmdlet", found.name, found.module, found.name)
    elif isinstance(found, ScriptBlock):
        yield _info("Function", name, "", found.text)
    elif isinstance(found, str):
        yield _info("Application", found.rpartition("\\")[2], "", found)


def _info(kind: str, name: str, source: str, definition: str) -> PsObject:
    properties: dict[str, object] = {"CommandType": kind, "Name": name, "Source": source, "Definition": definition}
    return PsObject.typed(f"System.Management.Automation.{kind}Info", properties, text=name)
