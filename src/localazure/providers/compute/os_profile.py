"""What a generalized image is told about itself at its first boot."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field

from localazure.arm.bodies import Body, Json
from localazure.hypervisor.base import OsProfile, SshPublicKey
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


class WindowsConfiguration(Body):
    read_only: ClassVar[frozenset[str]] = frozenset({"enableVMAgentPlatformUpdates"})
    unsupported: ClassVar[frozenset[str]] = frozenset({"additionalUnattendContent", "winRM"})
    provision_vm_agent: bool = Field(True, alias="provisionVMAgent")
    enable_automatic_updates: bool = True
    time_zone: str | None = None
    patch_settings: PatchSettings | None = None


class OsProfileBody(Body):
    read_only: ClassVar[frozenset[str]] = frozenset({"requireGuestProvisionSignal"})
    unsupported: ClassVar[frozenset[str]] = frozenset({"secrets"})
    computer_name: str | None = None
    admin_username: str | None = None
    admin_password: str | None = None
    custom_data: str | None = None
    linux_configuration: LinuxConfiguration | None = None
    windows_configuration: WindowsConfiguration | None = None
    allow_extension_operations: bool = True


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
        shown["windowsConfiguration"] = windows.json_body()
    return shown | {"secrets": [], "requireGuestProvisionSignal": True}


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
    )
