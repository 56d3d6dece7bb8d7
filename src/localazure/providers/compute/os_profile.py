"""What a generalized image is told about itself at its first boot."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator

from localazure.arm.bodies import Body, Json
from localazure.hypervisor.base import OsProfile, SshPublicKey, WindowsSettings
from localazure.providers.compute.image_source import OsType


class SshKey(Body):
    path: str | None = None
    key_data: str


class SshConfiguration(Body):
    public_keys: tuple[SshKey, ...] = ()


class PatchSettings(Body):
    unsupported: ClassVar[frozenset[str]] = frozenset({"automaticByPlatformSettings"})
    patch_mode: Literal["ImageDefault", "Manual", "AutomaticByOS"] | None = None
    assessment_mode: Literal["ImageDefault"] | None = None
    enable_hotpatching: Literal[False] | None = None


class LinuxConfiguration(Body):
    unsupported: ClassVar[frozenset[str]] = frozenset({"enableVMAgentPlatformUpdates"})
    disable_password_authentication: bool = False
    ssh: SshConfiguration | None = None
    provision_vm_agent: bool = Field(True, alias="provisionVMAgent")
    patch_settings: PatchSettings | None = None


class WindowsPatchSettings(Body):
    unsupported: ClassVar[frozenset[str]] = frozenset({"automaticByPlatformSettings"})
    patch_mode: Literal["Manual", "AutomaticByOS"] | None = None
    assessment_mode: Literal["ImageDefault"] | None = None
    enable_hotpatching: Literal[False] | None = None


class WinRmListener(Body):
    protocol: Literal["Http", "Https"]
    certificate_url: str | None = None

    @field_validator("protocol", mode="before")
    @classmethod
    def _in_any_case(cls, value: Any) -> Any:
        return value.capitalize() if isinstance(value, str) else value


class WinRm(Body):
    listeners: tuple[WinRmListener, ...] = ()


class WindowsConfiguration(Body):
    read_only: ClassVar[frozenset[str]] = frozenset({"enableVMAgentPlatformUpdates"})
    unsupported: ClassVar[frozenset[str]] = frozenset({"additionalUnattendContent"})
    provision_vm_agent: bool = Field(True, alias="provisionVMAgent")
    enable_automatic_updates: bool = True
    time_zone: str | None = None
    patch_settings: WindowsPatchSettings | None = None
    win_rm: WinRm | None = Field(None, alias="winRM")


class OsProfileBody(Body):
    read_only: ClassVar[frozenset[str]] = frozenset({"requireGuestProvisionSignal"})
    unsupported: ClassVar[frozenset[str]] = frozenset({"secrets"})
    computer_name: str | None = None
    admin_username: str | None = None
    admin_password: str | None = None
    custom_data: str | None = None
    linux_configuration: LinuxConfiguration | None = None
    windows_configuration: WindowsConfiguration | None = None
    allow_extension_operations: bool | None = None
    """As ``provisionVMAgent`` where it is not given."""

    @property
    def provisions_agent(self) -> bool:
        configuration = self.linux_configuration or self.windows_configuration
        return configuration is None or configuration.provision_vm_agent


def shown_os_profile(profile: OsProfileBody, os_type: OsType) -> Json:
    """What a GET shows: no secrets, and Azure's defaults."""
    shown: dict[str, Any] = profile.model_dump(
        mode="json", by_alias=True, exclude_none=True, exclude={"admin_password", "custom_data"}
    )
    if os_type == "Linux":
        linux = profile.linux_configuration or LinuxConfiguration()
        patches = {"patchMode": "ImageDefault", "assessmentMode": "ImageDefault"}
        shown["linuxConfiguration"] = linux.json_body() | {"patchSettings": patches}
    else:
        windows = profile.windows_configuration or WindowsConfiguration()
        mode = "AutomaticByOS" if windows.enable_automatic_updates else "Manual"
        defaults = {"patchMode": mode, "assessmentMode": "ImageDefault", "enableHotpatching": False}
        given = windows.patch_settings.json_body() if windows.patch_settings else {}
        more = {"patchSettings": defaults | given, "enableVMAgentPlatformUpdates": False}
        shown["windowsConfiguration"] = windows.json_body() | more
    allowed = profile.provisions_agent
    return {"allowExtensionOperations": allowed} | shown | {"secrets": [], "requireGuestProvisionSignal": True}


def guest_os_profile(shown: Json, secrets: Json) -> OsProfile:
    """What the guest is given: the profile that a GET shows, and what is kept apart from it."""
    linux = shown.get("linuxConfiguration", {})
    keys = linux.get("ssh", {}).get("publicKeys", [])
    return OsProfile(
        computer_name=shown["computerName"],
        admin_username=shown["adminUsername"],
        admin_password=secrets.get("adminPassword"),
        disable_password_authentication=linux.get("disablePasswordAuthentication", False),
        ssh_public_keys=tuple(SshPublicKey(path=key["path"], key_data=key["keyData"]) for key in keys),
        custom_data=secrets.get("customData"),
        windows=_windows_settings(shown["windowsConfiguration"]) if "windowsConfiguration" in shown else None,
    )


def _windows_settings(shown: Json) -> WindowsSettings:
    listeners = shown.get("winRM", {}).get("listeners", [])
    return WindowsSettings(
        provision_agent=shown["provisionVMAgent"],
        automatic_updates=shown["enableAutomaticUpdates"],
        time_zone=shown.get("timeZone"),
        winrm_http=any(each["protocol"] == "Http" for each in listeners),
    )
