"""Roles and features: the modules ServerManager and Dism."""

from __future__ import annotations

from collections.abc import Iterator

from localazure.windows.cmdlets.failures import reported
from localazure.windows.cmdlets.session import machine_of
from localazure.windows.cmdlets.wildcards import has_wildcard, matches
from localazure.windows.machine.errors import MachineError, NotFound
from localazure.windows.machine.feature_catalogue import FeatureDefinition
from localazure.windows.machine.features import FeatureChange, Features
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.errors import error
from localazure.windows.powershell.values import EnumValue, PsObject

_SERVER = "Microsoft.Windows.ServerManager.Commands"
_STATES = {"Available": 0, "Installed": 1, "Removed": 5, "InstallPending": 2, "UninstallPending": 3}
_NAME = Parameter("Name", position=0, kind=object, pipeline="both")


def features_of(call: Call) -> Features:
    return machine_of(call.engine).features


def feature_object(features: Features, feature: FeatureDefinition) -> PsObject:
    state = features.state(feature.name)
    properties: dict[str, object] = {
        "Name": feature.name,
        "DisplayName": feature.display_name,
        "Description": "",
        "Installed": state in {"Installed", "UninstallPending"},
        "InstallState": EnumValue(f"{_SERVER}.InstallState", state, _STATES[state]),
        "FeatureType": feature.kind,
        "Path": feature.display_name,
        "Depth": feature.depth,
        "DependsOn": [],
        "Parent": feature.parent,
        "ServerComponentDescriptor": None,
        "SubFeatures": [each.name for each in features.below(feature.name) if each.parent == feature.name],
        "SystemService": list(feature.services),
        "Notification": [],
        "PostConfigurationNeeded": False,
    }
    return PsObject.typed("Microsoft.Windows.ServerManager.Commands.Feature", properties, text=feature.name)


@command("Get-WindowsFeature", parameters=(_NAME, Parameter("ComputerName"), Parameter("Vhd"), Parameter("LogPath")))
def get_windows_feature(call: Call) -> Iterator[object]:
    features = features_of(call)
    for record in call.records():
        names = _names(record.get("Name"))
        for name in names or ["*"]:
            found = [each for each in features.all() if matches(each.name, name)]
            yield from (feature_object(features, each) for each in found)


def _names(value: object) -> list[str]:
    items = value if isinstance(value, list) else [] if value is None else [value]
    return [str(each.get("Name")) if isinstance(each, PsObject) else str(each) for each in items]


_CHANGE = (
    _NAME,
    Parameter("Restart", switch=True),
    *(Parameter(name) for name in ("ComputerName", "Credential", "LogPath", "Vhd", "ConfigurationFilePath")),
)


@command(
    "Install-WindowsFeature",
    aliases=("Add-WindowsFeature",),
    should_process=True,
    parameters=(
        *_CHANGE,
        Parameter("IncludeAllSubFeature", switch=True),
        Parameter("IncludeManagementTools", switch=True),
        Parameter("Source", kind="System.String[]"),
    ),
)
def install_windows_feature(call: Call) -> Iterator[object]:
    def install(name: str) -> FeatureChange:
        return features_of(call).install(name, all_below=call.switch("IncludeAllSubFeature"))

    yield from _changed(call, [install(name) for name in _checked(call)])


@command(
    "Uninstall-WindowsFeature",
    aliases=("Remove-WindowsFeature",),
    should_process=True,
    parameters=(*_CHANGE, Parameter("Remove", switch=True), Parameter("IncludeManagementTools", switch=True)),
)
def uninstall_windows_feature(call: Call) -> Iterator[object]:
    yield from _changed(call, [features_of(call).remove(name) for name in _checked(call)])


def _checked(call: Call) -> list[str]:
    """The names, all of which must be known: the real command changes nothing when one is not."""
    names = [name for record in call.records() for name in _names(record.get("Name"))]
    for name in names:
        try:
            features_of(call).require(name)
        except NotFound as failure:
            text = (
                "ArgumentNotValid: The role, role service, or feature name is not valid: "
                f"'{name}'. The name was not found."
            )
            raise error("System.Exception", text, "NameDoesNotExist", "InvalidArgument", name) from failure
    return names


def _changed(call: Call, changes: list[FeatureChange]) -> Iterator[object]:
    restart = any(change.restart_needed for change in changes)
    changed = [each for change in changes for each in change.changed]
    code = ("SuccessRestartRequired", 3010) if restart else ("Success", 0) if changed else ("NoChangeNeeded", 1003)
    if restart:
        call.warning("You must restart this server to finish the installation process.")
    needed = ("Yes", 2) if restart else ("No", 1)
    properties: dict[str, object] = {
        "Success": True,
        "RestartNeeded": EnumValue(f"{_SERVER}.RestartState", *needed),
        "FeatureResult": [feature_object(features_of(call), each) for each in changed],
        "ExitCode": EnumValue(f"{_SERVER}.FeatureOperationExitCode", *code),
    }
    yield PsObject.typed("Microsoft.Windows.ServerManager.Commands.FeatureOperationResult", properties)
    if restart and call.switch("Restart"):
        machine_of(call.engine).power.request("restart", reason="a feature was installed")


_OPTIONAL = (
    Parameter("FeatureName", kind=object, pipeline="property"),
    Parameter("Online", switch=True),
    *(Parameter(name) for name in ("Path", "LogPath", "LogLevel", "PackageName", "Source", "ScratchDirectory")),
    *(Parameter(name, switch=True) for name in ("All", "NoRestart", "LimitAccess", "Remove")),
)


@command("Get-WindowsOptionalFeature", parameters=_OPTIONAL)
def get_optional_feature(call: Call) -> Iterator[object]:
    features = features_of(call)
    for record in call.records():
        for name in _names(record.get("FeatureName")) or ["*"]:
            found = [each for each in features.all() if matches(each.name, name)]
            if not found and not has_wildcard(name):
                text = f"Feature name {name} is unknown."
                call.error(
                    "System.Runtime.InteropServices.COMException",
                    text,
                    "Microsoft.Dism.Commands.GetWindowsOptionalFeatureCommand",
                )
            yield from (_optional_object(features, each) for each in found)


def _optional_object(features: Features, feature: FeatureDefinition) -> PsObject:
    state = features.state(feature.name)
    names = {"Installed": ("Enabled", 4), "Available": ("Disabled", 0), "Removed": ("DisabledWithPayloadRemoved", 8),
             "InstallPending": ("EnablePending", 3), "UninstallPending": ("DisablePending", 1)}  # fmt: skip
    properties: dict[str, object] = {
        "FeatureName": feature.name,
        "DisplayName": feature.display_name,
        "State": EnumValue("Microsoft.Dism.Commands.FeatureState", *names[state]),
        "RestartRequired": "Possible" if feature.reboot else "No",
        "Online": True,
    }
    return PsObject.typed("Microsoft.Dism.Commands.AdvancedFeatureObject", properties)


@command("Enable-WindowsOptionalFeature", parameters=_OPTIONAL)
def enable_optional_feature(call: Call) -> Iterator[object]:
    yield from _optional_change(call, enable=True)


@command("Disable-WindowsOptionalFeature", parameters=_OPTIONAL)
def disable_optional_feature(call: Call) -> Iterator[object]:
    yield from _optional_change(call, enable=False)


def _optional_change(call: Call, *, enable: bool) -> Iterator[object]:
    features, restart = features_of(call), False
    for record in call.records():
        for name in _names(record.get("FeatureName")):
            with reported(call):
                try:
                    change = features.install(name) if enable else features.remove(name)
                except MachineError as failure:
                    kind, text = "System.Runtime.InteropServices.COMException", failure.text
                    if isinstance(failure, NotFound):
                        text = f"Feature name {name} is unknown."
                    raise error(kind, text, call.command.name, target=name) from failure
                restart = restart or change.restart_needed
    yield PsObject.typed("Microsoft.Dism.Commands.ImageObject", {"Path": "", "Online": True, "RestartNeeded": restart})
    if restart and not call.switch("NoRestart"):
        machine_of(call.engine).power.request("restart", reason="a feature was changed")


@command(
    "Get-WindowsCapability",
    parameters=(Parameter("Name", kind=str), Parameter("Online", switch=True), Parameter("LimitAccess", switch=True)),
)
def get_windows_capability(call: Call) -> Iterator[object]:
    """The model has no capabilities: one that is asked for by name is not present, which is how Windows says it."""
    name = call.get("Name")
    if name and not has_wildcard(str(name)):
        state = EnumValue("Microsoft.Dism.Commands.PackageFeatureState", "NotPresent", 0)
        yield PsObject.typed(
            "Microsoft.Dism.Commands.AdvancedCapabilityObject", {"Name": str(name), "State": state, "Online": True}
        )
