"""What WMI says of the machine: for a class of root/cimv2 its instances, as property name to value.

Classes whose data another area holds (services, processes, accounts) are not here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel

if TYPE_CHECKING:
    from localazure.windows.machine.machine import Machine

CURRENT_VERSION = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"
CimValue = str | int | bool | datetime | list[str] | None
Instance = dict[str, CimValue]


class Hardware(BaseModel):
    """What the host gives; new at every boot."""

    vcpus: int = 2
    memory_mib: int = 8192
    serial_number: str = "0000-0000-0000-0000-0000-0000-00"
    uuid: str = "00000000-0000-0000-0000-000000000000"


class Cim:
    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._classes: dict[str, Callable[[], list[Instance]]] = {
            "win32_operatingsystem": self._operating_system,
            "win32_computersystem": self._computer_system,
            "win32_computersystemproduct": self._product,
            "win32_bios": self._bios,
            "win32_processor": self._processor,
            "win32_logicaldisk": self._logical_disks,
            "win32_volume": self._volumes,
            "win32_quickfixengineering": self._hot_fixes,
            "win32_userprofile": self._user_profiles,
            "softwarelicensingservice": self._licensing,
        }

    def classes(self) -> list[str]:
        """In lower case."""
        return sorted(self._classes)

    def instances(self, name: str) -> list[Instance] | None:
        """None for a class that is not here."""
        found = self._classes.get(name.lower())
        return None if found is None else found()

    def _operating_system(self) -> list[Instance]:
        machine, text = self._machine, self._machine.registry.text
        build = text(CURRENT_VERSION, "CurrentBuildNumber")
        return [
            {
                "Caption": f"Microsoft {text(CURRENT_VERSION, 'ProductName')}",
                "Version": f"10.0.{build}",
                "BuildNumber": build,
                "OSArchitecture": "64-bit",
                "CSName": machine.name,
                "ProductType": 3,
                "OperatingSystemSKU": 8,
                "InstallDate": datetime.fromtimestamp(
                    machine.registry.number(CURRENT_VERSION, "InstallDate"), machine.time.now().tzinfo
                ),
                "LastBootUpTime": machine.boot_time,
                "LocalDateTime": machine.time.now(),
                "SystemDrive": "C:",
                "SystemDirectory": r"C:\Windows\system32",
                "WindowsDirectory": r"C:\Windows",
                "RegisteredUser": text(CURRENT_VERSION, "RegisteredOwner"),
                "TotalVisibleMemorySize": machine.state.hardware.memory_mib * 1024,
                "FreePhysicalMemory": machine.state.hardware.memory_mib * 600,
                "Status": "OK",
            }
        ]

    def _computer_system(self) -> list[Instance]:
        machine, hardware = self._machine, self._machine.state.hardware
        return [
            {
                "Name": machine.name,
                "DNSHostName": machine.identity.host_name,
                "Domain": machine.identity.domain or "WORKGROUP",
                "Workgroup": None if machine.identity.domain else "WORKGROUP",
                "PartOfDomain": machine.identity.domain is not None,
                "DomainRole": 3 if machine.identity.domain else 2,
                "Manufacturer": "Microsoft Corporation",
                "Model": "Virtual Machine",
                "NumberOfLogicalProcessors": hardware.vcpus,
                "NumberOfProcessors": 1,
                "TotalPhysicalMemory": hardware.memory_mib << 20,
                "HypervisorPresent": True,
                "SystemType": "x64-based PC",
            }
        ]

    def _product(self) -> list[Instance]:
        hardware = self._machine.state.hardware
        return [{"Name": "Virtual Machine", "UUID": hardware.uuid, "IdentifyingNumber": hardware.serial_number}]

    def _bios(self) -> list[Instance]:
        serial = self._machine.state.hardware.serial_number
        return [
            {"Manufacturer": "localazure's model of a Windows guest", "SerialNumber": serial, "Version": "MODEL - 1"}
        ]

    def _processor(self) -> list[Instance]:
        count = self._machine.state.hardware.vcpus
        name = "localazure model processor"
        return [{"Name": name, "NumberOfCores": count, "NumberOfLogicalProcessors": count, "AddressWidth": 64}]

    def _logical_disks(self) -> list[Instance]:
        return [
            {
                "DeviceID": f"{volume.letter}:",
                "DriveType": 3,
                "FileSystem": volume.file_system,
                "Size": volume.size,
                "FreeSpace": volume.room - self._machine.files.used(volume.letter),
                "VolumeName": volume.label,
            }
            for volume in self._machine.volumes.all()
        ]

    def _volumes(self) -> list[Instance]:
        return [
            {
                "DriveLetter": f"{volume.letter}:",
                "DeviceID": rf"\\?\Volume{{{volume.volume_id}}}" + "\\",
                "DriveType": 3,
                "FileSystem": volume.file_system,
                "Capacity": volume.size,
                "FreeSpace": volume.room - self._machine.files.used(volume.letter),
                "Label": volume.label,
            }
            for volume in self._machine.volumes.all()
        ]

    def _hot_fixes(self) -> list[Instance]:
        found = [update for update in self._machine.updates.state.updates if update.installed]
        return [{"HotFixID": f"KB{u.kb}", "Description": "Security Update", "Caption": u.title} for u in found]

    def _user_profiles(self) -> list[Instance]:
        return [
            {"SID": sid, "LocalPath": path, "Special": not sid.startswith("S-1-5-21-"), "Loaded": False}
            for sid, path in self._machine.profiles.all().items()
        ]

    def _licensing(self) -> list[Instance]:
        licensing = self._machine.licensing
        return [{"RemainingWindowsReArmCount": licensing.remaining_rearms, "Version": "10.0.20348.1"}]
