"""The computer's name and domain, and the state of its image: all in the registry."""

from __future__ import annotations

from localazure.windows.machine.files import FileSystem
from localazure.windows.machine.registry import Registry

SETUP_STATE_KEY = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Setup\State"
SYSPREP_STATUS_KEY = r"HKLM\SYSTEM\Setup\Status\SysprepStatus"
STATE_INI = r"C:\Windows\Setup\State\State.ini"
COMPLETE = "IMAGE_STATE_COMPLETE"
UNDEPLOYABLE = "IMAGE_STATE_UNDEPLOYABLE"
RESEAL_TO_OOBE = "IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE"
RESEAL_TO_AUDIT = "IMAGE_STATE_GENERALIZE_RESEAL_TO_AUDIT"
SPECIALIZE_TO_OOBE = "IMAGE_STATE_SPECIALIZE_RESEAL_TO_OOBE"
_NAME_KEY = r"HKLM\SYSTEM\CurrentControlSet\Control\ComputerName"
_TCPIP_KEY = r"HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"
_CRYPTOGRAPHY_KEY = r"HKLM\SOFTWARE\Microsoft\Cryptography"


class Identity:
    def __init__(self, registry: Registry, files: FileSystem) -> None:
        self._registry, self._files = registry, files

    @property
    def name(self) -> str:
        """The name in use: that of the last boot."""
        return self._registry.text(rf"{_NAME_KEY}\ActiveComputerName", "ComputerName", "MINWINPC")

    @property
    def pending_name(self) -> str:
        """The name of the next boot; the same when nobody renamed the computer."""
        return self._registry.text(rf"{_NAME_KEY}\ComputerName", "ComputerName", self.name)

    def rename(self, name: str) -> None:
        """Takes effect at the next boot."""
        self._registry.set(rf"{_NAME_KEY}\ComputerName", "ComputerName", name.upper()[:15])
        self._registry.set(_TCPIP_KEY, "NV Hostname", name)

    def apply_name(self) -> None:
        """What a boot does."""
        self._registry.set(rf"{_NAME_KEY}\ActiveComputerName", "ComputerName", self.pending_name)
        self._registry.set(_TCPIP_KEY, "Hostname", self._registry.text(_TCPIP_KEY, "NV Hostname", self.pending_name))

    @property
    def host_name(self) -> str:
        return self._registry.text(_TCPIP_KEY, "Hostname", self.name)

    @property
    def domain(self) -> str | None:
        """None in a workgroup."""
        return self._registry.text(_TCPIP_KEY, "Domain") or None

    def join_domain(self, name: str) -> None:
        self._registry.set(_TCPIP_KEY, "Domain", name)
        self._registry.set(_TCPIP_KEY, "NV Domain", name)

    def leave_domain(self) -> None:
        for name in ("Domain", "NV Domain"):
            self._registry.discard(_TCPIP_KEY, name)

    def forget_name(self) -> None:
        """Generalize: the name in use stays until the next boot gives another."""
        self._registry.discard(rf"{_NAME_KEY}\ComputerName", "ComputerName")
        self._registry.discard(_TCPIP_KEY, "NV Hostname")

    @property
    def machine_guid(self) -> str:
        return self._registry.text(_CRYPTOGRAPHY_KEY, "MachineGuid")

    def set_machine_guid(self, guid: str) -> None:
        self._registry.set(_CRYPTOGRAPHY_KEY, "MachineGuid", guid)

    @property
    def image_state(self) -> str:
        return self._registry.text(SETUP_STATE_KEY, "ImageState")

    def set_image_state(self, state: str) -> None:
        """In the registry and in State.ini, which can be read without booting."""
        self._registry.set(SETUP_STATE_KEY, "ImageState", state)
        self._files.make_folder(r"C:\Windows\Setup\State")
        self._files.write_text(STATE_INI, f"[State]\r\nImageState={state}\r\n")

    @property
    def generalization_state(self) -> int:
        return self._registry.number(SYSPREP_STATUS_KEY, "GeneralizationState")

    def set_generalization_state(self, state: int) -> None:
        self._registry.set(SYSPREP_STATUS_KEY, "GeneralizationState", state)
