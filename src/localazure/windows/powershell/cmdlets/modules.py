"""Import-Module, Get-Module, Remove-Module: every module of the model is there from the start."""

import ntpath
from collections import deque
from collections.abc import Iterator

from localazure.windows.powershell.cmdlets.common import CORE, as_list
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.regexes import has_wildcards, wildcard_regex
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.values import PsObject, PsVersion

_NAME = Parameter("Name", position=0, kind="System.String[]", pipeline="value")


def _modules(call: Call) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in call.engine.commands:
        if one.module:
            found.setdefault(one.module, []).append(one.name)
    return found


def _info(name: str, commands: list[str]) -> PsObject:
    properties = {
        "Name": name,
        "ModuleType": "Manifest",
        "Version": PsVersion(1, 0, 0, 0),
        "ExportedCommands": sorted(commands),
    }
    return PsObject.typed("System.Management.Automation.PSModuleInfo", properties, text=name)


def _matching(call: Call, name: str) -> list[PsObject]:
    fits = wildcard_regex(name)
    return [_info(each, commands) for each, commands in sorted(_modules(call).items()) if fits.match(each)]


@command("Get-Module", aliases=("gmo",), module=CORE, parameters=(
    _NAME,
    Parameter("ListAvailable", switch=True),
    Parameter("All", switch=True),
))  # fmt: skip
def get_module(call: Call) -> Iterator[object]:
    for name in as_list(call.get("Name")) or ["*"]:
        yield from _matching(call, to_text(name))


@command("Import-Module", aliases=("ipmo",), module=CORE, parameters=(
    Parameter("Name", position=0, kind="System.String[]", pipeline="value", mandatory=True),
    Parameter("Global", switch=True),
    Parameter("Force", switch=True),
    Parameter("PassThru", switch=True),
    Parameter("DisableNameChecking", switch=True),
    Parameter("SkipEditionCheck", switch=True),
    Parameter("MinimumVersion"),
    Parameter("RequiredVersion"),
    Parameter("Scope", kind=str),
))  # fmt: skip
def import_module(call: Call) -> Iterator[object]:
    """Checks that a module of that name is there; a script file is run, and what it defines stays."""
    for name in call.each("Name"):
        path = to_text(name)
        if path.lower().endswith((".psm1", ".ps1")) and call.engine.host.read_script(path) is not None:
            yield from _run(call, path)
            continue
        found = _matching(call, path)
        if found:
            yield from found if call.switch("PassThru") else ()
        elif not has_wildcards(path):
            _not_found(call, path)


def _run(call: Call, path: str) -> Iterator[object]:
    text = call.engine.host.read_script(path) or ""
    deque(call.engine.run_text(text), maxlen=0)
    if call.switch("PassThru"):
        yield _info(ntpath.splitext(ntpath.basename(path))[0], [])


def _not_found(call: Call, name: str) -> None:
    text = (
        f"The specified module '{name}' was not loaded because no valid module file was found in any module directory."
    )
    error_id = "Modules_ModuleNotFound"
    call.error("System.IO.FileNotFoundException", text, error_id, "ResourceUnavailable", name)


@command("Remove-Module", aliases=("rmo",), module=CORE, should_process=True, parameters=(
    _NAME,
    Parameter("Force", switch=True),
))  # fmt: skip
def remove_module(call: Call) -> None:
    """A module that is not there is an error; those that are stay."""
    for name in call.each("Name"):
        if not _matching(call, to_text(name)):
            text = f"No modules were removed. Verify that the specification of modules to remove is correct: '{name}'."
            call.error("System.InvalidOperationException", text, "Modules_NoModulesRemoved", "ResourceUnavailable")


@command("Export-ModuleMember", module=CORE, parameters=(
    Parameter("Function", position=0, kind="System.String[]"),
    Parameter("Cmdlet", kind="System.String[]"),
    Parameter("Variable", kind="System.String[]"),
    Parameter("Alias", kind="System.String[]"),
))  # fmt: skip
def export_module_member(_: Call) -> None:
    """Everything that a module's script defines is exported by the model."""
