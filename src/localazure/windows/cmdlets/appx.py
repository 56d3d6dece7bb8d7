"""AppX packages: installed (module Appx) and provisioned (module Dism)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from localazure.windows.cmdlets.failures import hresult
from localazure.windows.cmdlets.session import machine_of, user_of
from localazure.windows.cmdlets.wildcards import matches
from localazure.windows.machine.appx import AppxPackage
from localazure.windows.machine.errors import MachineError
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.errors import PsError, error
from localazure.windows.powershell.values import EnumValue, PsObject

_PACKAGE = "Microsoft.Windows.Appx.PackageManager.Commands.AppxPackage"
_STATE_TYPE = "Microsoft.Windows.Appx.PackageManager.Commands.PackageInstallState"
_USER = Parameter("User", kind=str)


@command(
    "Get-AppxPackage",
    parameters=(
        Parameter("Name", position=0, kind=str),
        Parameter("Publisher", position=1, kind=str),
        Parameter("AllUsers", switch=True),
        Parameter("PackageTypeFilter"),
        Parameter("Volume"),
        _USER,
    ),
)
def get_package(call: Call) -> Iterator[object]:
    machine, name = machine_of(call.engine), str(call.get("Name") or "*")
    everyone = call.switch("AllUsers")
    if everyone and not user_of(call.engine).is_administrator:
        raise error("System.UnauthorizedAccessException", "Access is denied. ", "", "PermissionDenied")
    sid = machine.users.sid_of(str(call.get("User"))) if call.get("User") else user_of(call.engine).sid
    packages = machine.appx.all() if everyone else machine.appx.of_user(sid)
    for package in packages:
        if matches(package.name, name) and (
            package.users or package.system or package.framework or package.provisioned
        ):
            yield package_object(call, package, everyone=everyone)


def package_object(call: Call, package: AppxPackage, *, everyone: bool) -> PsObject:
    users = [_user_information(call, sid) for sid in package.users] if everyone else []
    kind = "System" if package.system else "Store"
    name = package.full_name
    properties: dict[str, object] = {
        "Name": package.name,
        "Publisher": package.publisher,
        "PublisherId": package.publisher_id,
        "Architecture": EnumValue("Windows.System.ProcessorArchitecture", package.architecture.upper(), 9),
        "ResourceId": "",
        "Version": package.version,
        "PackageFamilyName": package.family_name,
        "PackageFullName": name,
        "InstallLocation": rf"C:\Program Files\WindowsApps\{name}",
        "IsFramework": package.framework,
        "PackageUserInformation": users,
        "IsResourcePackage": False,
        "IsBundle": False,
        "IsDevelopmentMode": False,
        "NonRemovable": package.system,
        "Dependencies": [],
        "IsPartiallyStaged": False,
        "SignatureKind": EnumValue("Windows.ApplicationModel.PackageSignatureKind", kind, 4 if package.system else 3),
        "Status": EnumValue("Windows.ApplicationModel.PackageStatus", "Ok", 0),
    }
    return PsObject.typed(_PACKAGE, properties, text=name)


def _user_information(call: Call, sid: str) -> PsObject:
    account = machine_of(call.engine).users.name_of(sid)
    text = f"{sid} [{account}]: Installed"
    who = PsObject.typed(
        "Microsoft.Windows.Appx.PackageManager.Commands.UserSecurityId", {"Sid": sid, "UserName": account}, text=sid
    )
    state = EnumValue(_STATE_TYPE, "Installed", 1)
    kind = "Microsoft.Windows.Appx.PackageManager.Commands.PackageUserInformation"
    return PsObject.typed(kind, {"UserSecurityId": who, "InstallState": state}, text=text)


@command(
    "Remove-AppxPackage",
    should_process=True,
    parameters=(
        Parameter("Package", position=0, kind=object, pipeline="both", mandatory=True, aliases=("PackageFullName",)),
        Parameter("AllUsers", switch=True),
        Parameter("PreserveApplicationData", switch=True),
        Parameter("PreserveRoamableApplicationData", switch=True),
        _USER,
    ),
)
def remove_package(call: Call) -> None:
    machine = machine_of(call.engine)
    for each in call.each("Package"):
        name = call.engine.to_text(each)
        sid = None if call.switch("AllUsers") else user_of(call.engine).sid
        if call.get("User"):
            sid = machine.users.sid_of(str(call.get("User")))
        try:
            if machine.appx.require(name).system:
                raise MachineError(0x80073CFA, name)
            machine.appx.remove(name, sid)
        except MachineError as failure:
            call.write_failure(_refused(failure, name, "Remove"))


def _refused(failure: MachineError, name: str, what: str) -> PsError:
    number = hresult(failure.code) & 0xFFFFFFFF
    reasons = {
        0x80073CF1: f"Package was not found.\r\nWindows cannot {what.lower()} {name} because the package is not "
        "installed.",
        0x80073CFA: "Removal failed. Please contact your software vendor.\r\n"
        f"Error 0x80070032: AppX Deployment {what} operation on package {name} failed. This app "
        "is part of Windows and cannot be uninstalled on a per-user basis.",
    }
    text = f"Deployment failed with HRESULT: 0x{number:X}, {reasons.get(number, failure.text)}"
    return error("System.Exception", text, "DeploymentError", "WriteError", name)


_IMAGE = (
    Parameter("Online", switch=True),
    Parameter("Path", kind=str),
    Parameter("LogPath", kind=str),
    Parameter("ScratchDirectory"),
    Parameter("LogLevel"),
)


@command("Get-AppxProvisionedPackage", aliases=("Get-ProvisionedAppxPackage",), parameters=_IMAGE)
def get_provisioned(call: Call) -> Iterator[object]:
    for package in machine_of(call.engine).appx.provisioned():
        properties: dict[str, object] = {
            "Version": package.version,
            "Architecture": 9,
            "ResourceId": "~",
            "DisplayName": package.name,
            "PackageName": package.full_name,
            "PublisherId": package.publisher_id,
            "InstallLocation": rf"C:\Program Files\WindowsApps\{package.full_name}\AppxManifest.xml",
            "Regions": "",
            "Path": "",
            "Online": True,
            "RestartNeeded": False,
        }
        yield PsObject.typed("Microsoft.Dism.Commands.AppxPackageObject", properties)


@command(
    "Remove-AppxProvisionedPackage",
    aliases=("Remove-ProvisionedAppxPackage",),
    parameters=(
        Parameter("PackageName", kind=str, pipeline="property", mandatory=True),
        Parameter("AllUsers", switch=True),
        *_IMAGE,
    ),
)
def remove_provisioned(call: Call) -> Iterator[object]:
    appx = machine_of(call.engine).appx
    for record in call.records():
        name = str(record.get("PackageName"))
        found = next((p for p in appx.provisioned() if p.full_name.lower() == name.lower()), None)
        if found is None:
            text = "The system cannot find the path specified."
            call.error(
                "System.Runtime.InteropServices.COMException",
                text,
                "Microsoft.Dism.Commands.RemoveAppxProvisionedPackageCommand",
                target=name,
            )
            continue
        appx.deprovision(name)
        if call.switch("AllUsers") and any(p.full_name == found.full_name for p in appx.all()):
            appx.remove(found.full_name)
        yield PsObject.typed(
            "Microsoft.Dism.Commands.BasicDismObject", {"Path": "", "Online": True, "RestartNeeded": False}
        )


@command(
    "Add-AppxPackage",
    parameters=(
        Parameter("Path", position=0, kind=str, pipeline="both"),
        Parameter("Register", switch=True),
        Parameter("DisableDevelopmentMode", switch=True),
        Parameter("ForceApplicationShutdown", switch=True),
    ),
)
def add_package(call: Call) -> None:
    """The model reads no package files. One whose file is named as Windows names packages is taken at its name."""
    machine = machine_of(call.engine)
    for each in call.each("Path"):
        path = str(each)
        name = path.replace("/", "\\").rpartition("\\")[2]
        found = re.fullmatch(
            r"([\w.-]+)_([\d.]+)_(x64|x86|neutral|arm64)__(\w+)\.(?:appx|msix|appxbundle|msixbundle)", name
        )
        if not machine.files.is_file(path):
            failure = MachineError(0x80070002, path)
            call.write_failure(_refused(failure, path, "Add"))
        elif not found:
            text = (
                "The model tells an AppX package by its file's name, Name_Version_Architecture__PublisherId.appx; "
                "this one is not."
            )
            call.error("System.Exception", text, "DeploymentError", "WriteError", path)
        else:
            package = AppxPackage(name=found[1], version=found[2], architecture=found[3], publisher_id=found[4])
            machine.appx.install(package, user_of(call.engine).sid)
