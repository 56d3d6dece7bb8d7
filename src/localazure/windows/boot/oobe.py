"""OOBE and Azure's provisioning agent: the administrator, custom data, the answer file without its passwords."""

from __future__ import annotations

import base64
import binascii
from xml.sax.saxutils import escape

from localazure.windows.boot.provisioning import ProvisioningData
from localazure.windows.boot.specialize import PANTHER
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.identity import COMPLETE
from localazure.windows.machine.machine import Machine
from localazure.windows.machine.services import StartType
from localazure.windows.machine.tokens import ADMINISTRATORS_SID, USERS_SID

CUSTOM_DATA = r"C:\AzureData\CustomData.bin"
_DELETED = "*SENSITIVE*DATA*DELETED*"
_SECONDS = 30.0
_STORAGE_POLICY = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\RemovableStorageDevices"
_CD_AND_DVD = "{53f56308-b6bf-11d0-94f2-00a0c91efb8b}"


class OobeFailed(Exception):
    """OOBE did not come to its end; the text is for the VM's provisioning state."""


def go_through_oobe(machine: Machine, data: ProvisioningData) -> None:
    """Raises OobeFailed."""
    if machine.state.as_system:
        raise OobeFailed(
            "OOBE does not come up: the image was generalized by a Sysprep that ran as SYSTEM, which Windows does not "
            "support. Run Sysprep as an administrator and build the image again."
        )
    if not data.complete:
        raise OobeFailed(
            "The disk is generalized and the VM has no osProfile: OOBE waits for somebody to name an administrator. "
            "Create the VM with computerName, adminUsername and adminPassword, or from a specialized disk."
        )
    _read_provisioning_disc(machine)
    _administrator(machine, data)
    _answer_file(machine, data)
    _custom_data(machine, data)
    machine.time.wait(_SECONDS)
    machine.identity.set_image_state(COMPLETE)
    machine.state.instance_id = data.vm_id
    machine.licensing.state.activated = True


def _read_provisioning_disc(machine: Machine) -> None:
    """Azure gives the answer file on a CD-ROM; an image that cannot read one is never provisioned."""
    cdrom = machine.services.find("cdrom")
    if cdrom is None or cdrom.start_type is StartType.DISABLED:
        raise OobeFailed(
            "Windows cannot read the provisioning disc: the cdrom driver is disabled. Set Start to 1 in "
            r"HKLM\SYSTEM\CurrentControlSet\Services\cdrom before generalizing."
        )
    for key in (_STORAGE_POLICY, rf"{_STORAGE_POLICY}\{_CD_AND_DVD}"):
        if any(machine.registry.number(key, name) == 1 for name in ("Deny_All", "Deny_Read")):
            raise OobeFailed(
                "Windows cannot read the provisioning disc: a policy denies removable storage. "
                f"Remove {key} before generalizing."
            )


def _administrator(machine: Machine, data: ProvisioningData) -> None:
    name = data.admin_username or ""
    users = machine.users
    try:
        if users.find(name) is None:
            users.create(name, data.admin_password)
        else:
            users.set_password(name, data.admin_password or "")
    except MachineError as error:
        raise OobeFailed(f"The administrator {name} cannot be made: {error.text}") from error
    user = users.require(name)
    user.enabled, user.password_never_expires = True, True
    for group in (ADMINISTRATORS_SID, USERS_SID):
        if users.sid(user) not in users.require_group(group).members:
            users.add_member(group, name)
    # Windows disables the built-in account when OOBE makes another administrator.
    builtin = next(each for each in users.users() if each.rid == 500)
    builtin.enabled = builtin is user


def _answer_file(machine: Machine, data: ProvisioningData) -> None:
    """The provisioning disc's answer file is cached; Setup overwrites the passwords in it once it used them."""
    passes = (
        '<settings pass="specialize"><component name="Microsoft-Windows-Shell-Setup" processorArchitecture="amd64">'
        f"<ComputerName>{escape(data.computer_name or '')}</ComputerName></component></settings>"
        '<settings pass="oobeSystem"><component name="Microsoft-Windows-Shell-Setup" processorArchitecture="amd64">'
        f"<UserAccounts><AdministratorPassword>{_DELETED}</AdministratorPassword><LocalAccounts><LocalAccount>"
        f"<Name>{escape(data.admin_username or '')}</Name><Group>Administrators</Group>"
        f"<Password>{_DELETED}</Password></LocalAccount></LocalAccounts></UserAccounts>"
        f"<TimeZone>{escape(data.time_zone)}</TimeZone></component></settings>"
    )
    text = (
        '<?xml version="1.0" encoding="utf-8"?>\r\n'
        f'<unattend xmlns="urn:schemas-microsoft-com:unattend">{passes}</unattend>\r\n'
    )
    machine.files.make_folder(rf"{PANTHER}\UnattendGC")
    machine.files.write_text(rf"{PANTHER}\unattend.xml", text)
    when = f"{machine.time.now():%Y-%m-%d %H:%M:%S}"
    lines = ("[oobeldr.exe] Entered OOBE (a model of Windows Setup)", "[oobeldr.exe] OOBE completed")
    log = "".join(f"{when}, Info                  {line}\r\n" for line in lines)
    machine.files.write_text(rf"{PANTHER}\UnattendGC\setupact.log", log)
    machine.files.write_text(rf"{PANTHER}\UnattendGC\setuperr.log", "")


def _custom_data(machine: Machine, data: ProvisioningData) -> None:
    if data.custom_data is None:
        return
    try:
        content = base64.b64decode(data.custom_data, validate=True)
    except binascii.Error as error:
        raise OobeFailed("The custom data is not base64.") from error
    machine.files.make_folder(r"C:\AzureData")
    machine.files.write_bytes(CUSTOM_DATA, content)
