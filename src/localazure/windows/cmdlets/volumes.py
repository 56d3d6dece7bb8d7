"""Volumes, disks and partitions; BitLocker on them."""

from __future__ import annotations

from collections.abc import Iterator

from localazure.windows.cmdlets.failures import com_failure
from localazure.windows.cmdlets.scheduled_task_objects import cim
from localazure.windows.cmdlets.session import machine_of
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.volumes import Volume
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.values import EnumValue, PsObject, UInt64

_STORAGE = "ROOT/Microsoft/Windows/Storage"
_BITLOCKER = "Microsoft.BitLocker.Structures"
_STATUS = {"FullyDecrypted": 0, "FullyEncrypted": 1, "EncryptionInProgress": 2, "DecryptionInProgress": 3}
_LETTER = Parameter("DriveLetter", position=0, kind=object, pipeline="property")


def _volumes(call: Call, name: str) -> list[Volume]:
    volumes, wanted = machine_of(call.engine).volumes, call.get(name)
    if wanted is None:
        return volumes.all()
    found = []
    for each in wanted if isinstance(wanted, list) else [wanted]:
        volume = volumes.find(str(each))
        if volume is None:
            text = (
                f"No MSFT_Volume objects found with property '{name}' equal to '{each}'.  Verify the value of the "
                "property and retry."
            )
            kind = "Microsoft.PowerShell.Cmdletization.Cim.CimJobException"
            call.error(kind, text, f"CmdletizationQuery_NotFound_{name},{call.command.name}", "ObjectNotFound", each)
        else:
            found.append(volume)
    return found


@command(
    "Get-Volume", parameters=(_LETTER, Parameter("FileSystemLabel", kind=str), Parameter("Partition", pipeline="value"))
)
def get_volume(call: Call) -> Iterator[object]:
    for volume in _volumes(call, "DriveLetter"):
        left = volume.room - machine_of(call.engine).files.used(volume.letter)
        properties: dict[str, object] = {
            "DriveLetter": volume.letter,
            "FileSystem": volume.file_system,
            "FileSystemType": volume.file_system,
            "FileSystemLabel": volume.label,
            "DriveType": EnumValue("Microsoft.PowerShell.Cmdletization.GeneratedTypes.Volume.DriveType", "Fixed", 3),
            "HealthStatus": EnumValue(
                "Microsoft.PowerShell.Cmdletization.GeneratedTypes.Volume.HealthStatus", "Healthy", 0
            ),
            "OperationalStatus": "OK",
            "Size": UInt64(volume.size),
            "SizeRemaining": UInt64(max(0, left)),
            "UniqueId": rf"\\?\Volume{{{volume.volume_id}}}" + "\\",
            "Path": rf"\\?\Volume{{{volume.volume_id}}}" + "\\",
        }
        yield cim("MSFT_Volume", properties, _STORAGE)


@command("Write-VolumeCache", parameters=(_LETTER,))
def write_volume_cache(call: Call) -> None:
    """The registry is written too, which a real Windows does by itself, some seconds later."""
    _volumes(call, "DriveLetter")
    machine_of(call.engine).save()


@command("Get-Disk", parameters=(Parameter("Number", position=0, kind=object, aliases=("DeviceId",)),))
def get_disk(call: Call) -> Iterator[object]:
    """One disk that holds every volume."""
    wanted, size = call.get("Number"), sum(volume.size for volume in machine_of(call.engine).volumes.all())
    if wanted is None or str(wanted) in {"0", "[0]"}:
        properties: dict[str, object] = {
            "Number": 0, "DiskNumber": 0, "FriendlyName": "Msft Virtual Disk", "OperationalStatus": "Online",
            "HealthStatus": "Healthy", "PartitionStyle": "GPT", "Size": UInt64(size), "IsBoot": True, "IsSystem": True,
            "IsOffline": False, "IsReadOnly": False, "BusType": "SAS", "SerialNumber": "",
        }  # fmt: skip
        yield cim("MSFT_Disk", properties, _STORAGE)


@command(
    "Get-Partition",
    parameters=(
        Parameter("DiskNumber", position=0, kind=object),
        Parameter("PartitionNumber"),
        Parameter("DriveLetter", kind=object),
    ),
)
def get_partition(call: Call) -> Iterator[object]:
    for number, volume in enumerate(_volumes(call, "DriveLetter"), 1):
        properties: dict[str, object] = {
            "DiskNumber": 0, "PartitionNumber": number, "DriveLetter": volume.letter, "Size": UInt64(volume.size),
            "Type": "Basic", "IsBoot": volume.letter == "C", "IsSystem": False, "IsActive": False,
        }  # fmt: skip
        yield cim("MSFT_Partition", properties, _STORAGE)


@command(
    "Optimize-Volume",
    parameters=(
        _LETTER,
        *(Parameter(name, switch=True) for name in ("Analyze", "Defrag", "ReTrim", "SlabConsolidate", "TierOptimize")),
    ),
)
def optimize_volume(call: Call) -> None:
    """Nothing on the model's volumes is in pieces."""
    for volume in _volumes(call, "DriveLetter"):
        what = "retrim" if call.switch("ReTrim") else "defragmentation"
        call.verbose(f"Invoking {what} on {volume.label} ({volume.letter}:)...")


_MOUNT = Parameter("MountPoint", position=0, kind=object, pipeline="both")


@command("Get-BitLockerVolume", parameters=(_MOUNT,))
def get_bitlocker_volume(call: Call) -> Iterator[object]:
    for volume in _mounted(call):
        yield bitlocker_object(call, volume)


def _mounted(call: Call) -> Iterator[Volume]:
    volumes = machine_of(call.engine).volumes
    for record in call.records():
        wanted = record.get("MountPoint")
        if wanted is None:
            yield from volumes.all()
            continue
        for each in wanted if isinstance(wanted, list) else [wanted]:
            name = str(each.get("MountPoint")) if isinstance(each, PsObject) else str(each)
            volume = volumes.find(name)
            if volume is None:
                text = f"{name} does not have an associated BitLocker volume."
                call.error(
                    "System.Runtime.InteropServices.COMException", text, "Get-BitLockerVolumeInternal", target=name
                )
            else:
                yield volume


def bitlocker_object(call: Call, volume: Volume) -> PsObject:
    status = machine_of(call.engine).volumes.status(volume.letter)
    protection = EnumValue(
        f"{_BITLOCKER}.BitLockerVolumeProtectionStatus", "On" if volume.protected else "Off", int(volume.protected)
    )
    percentage = {"FullyEncrypted": 100, "FullyDecrypted": 0}.get(status, 50)
    method = "XtsAes128" if volume.encrypted else "None"
    properties: dict[str, object] = {
        "ComputerName": machine_of(call.engine).name,
        "MountPoint": f"{volume.letter}:",
        "EncryptionMethod": EnumValue(
            f"{_BITLOCKER}.BitLockerVolumeEncryptionMethodOnGet", method, 6 if volume.encrypted else 0
        ),
        "AutoUnlockEnabled": None,
        "AutoUnlockKeyStored": None,
        "MetadataVersion": 2 if volume.encrypted else 0,
        "VolumeStatus": EnumValue(f"{_BITLOCKER}.BitLockerVolumeStatus", status, _STATUS[status]),
        "ProtectionStatus": protection,
        "LockStatus": EnumValue(f"{_BITLOCKER}.BitLockerVolumeLockStatus", "Unlocked", 0),
        "EncryptionPercentage": percentage,
        "WipePercentage": 0,
        "VolumeType": EnumValue(
            f"{_BITLOCKER}.BitLockerVolumeType", "OperatingSystem" if volume.letter == "C" else "Data", 0
        ),
        "CapacityGB": volume.size / (1 << 30),
        "KeyProtector": [_protector(each) for each in volume.key_protectors],
    }
    return PsObject.typed("Microsoft.BitLocker.Structures.BitLockerVolume", properties)


def _protector(kind: str) -> PsObject:
    properties: dict[str, object] = {
        "KeyProtectorType": EnumValue(f"{_BITLOCKER}.BitLockerVolumeKeyProtectorType", kind, 3)
    }
    return PsObject.typed(f"{_BITLOCKER}.BitLockerVolumeKeyProtector", properties, text=kind)


@command("Disable-BitLocker", should_process=True, parameters=(_MOUNT,))
def disable_bitlocker(call: Call) -> Iterator[object]:
    for volume in list(_mounted(call)):
        try:
            if volume.encrypted:
                machine_of(call.engine).volumes.decrypt(volume.letter)
        except MachineError as failure:
            call.write_failure(com_failure(failure))
            continue
        yield bitlocker_object(call, volume)


@command(
    "Suspend-BitLocker",
    should_process=True,
    parameters=(_MOUNT, Parameter("RebootCount", position=1, kind="System.Int32")),
)
def suspend_bitlocker(call: Call) -> Iterator[object]:
    for volume in list(_mounted(call)):
        machine_of(call.engine).volumes.set_protection(volume.letter, on=False)
        yield bitlocker_object(call, volume)


@command(
    "Clear-RecycleBin",
    should_process=True,
    parameters=(Parameter("DriveLetter", position=0, kind=object), Parameter("Force", switch=True)),
)
def clear_recycle_bin(call: Call) -> None:
    r"""Empties C:\$Recycle.Bin, which programs of the model never fill."""
    for volume in _volumes(call, "DriveLetter"):
        files, folder = machine_of(call.engine).files, rf"{volume.letter}:\$Recycle.Bin"
        if files.is_folder(folder):
            for entry in files.list(folder):
                files.delete(entry.path, recurse=True)


@command(
    "Repair-Volume",
    parameters=(_LETTER, *(Parameter(name, switch=True) for name in ("Scan", "OfflineScanAndFix", "SpotFix"))),
)
def repair_volume(call: Call) -> Iterator[object]:
    for _ in _volumes(call, "DriveLetter"):
        yield EnumValue("Microsoft.PowerShell.Cmdletization.GeneratedTypes.Volume.RepairStatus", "NoErrorsFound", 0)
