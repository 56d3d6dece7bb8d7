"""Which operating system profiles Azure takes, and with what words it refuses the others."""

from __future__ import annotations

import base64
import binascii
import re

from localazure.arm.errors import CloudError, invalid_parameter, not_supported
from localazure.providers.compute.image_source import OsType
from localazure.providers.compute.os_profile import LinuxConfiguration, OsProfileBody, SshKey, WindowsConfiguration

RESERVED_NAMES = frozenset(
    {"administrator", "admin", "user", "user1", "test", "user2", "test1", "user3", "admin1", "1", "123", "a"}
    | {"actuser", "adm", "admin2", "aspnet", "backup", "console", "david", "guest", "john", "owner", "root", "server"}
    | {"sql", "support", "support_388945a0", "sys", "test2", "test3", "user4", "user5"}
)
"""User names that Azure refuses (virtual machines FAQ, "username requirements")."""
LARGEST_CUSTOM_DATA = 87380
"""Characters of Base64, which hold 64 KB."""
_BAD_IN_HOST_NAME = re.compile(r"""[`~!@#$%^&*()=+_\[\]{}\\|;:'",<>/?\s]""")


def check_os_profile(profile: OsProfileBody, os_type: OsType) -> None:
    """Raise CloudError 400 for what Azure would refuse of a new machine with this operating system."""
    _check_computer_name(profile.computer_name, os_type)
    _check_user_name(profile.admin_username, os_type)
    _check_password(profile.admin_password, os_type)
    check_base64(profile.custom_data, "customData", "Custom data in OSProfile")
    if profile.allow_extension_operations and not profile.provisions_agent:
        message = "The value of parameter allowExtensionOperations is invalid."
        raise invalid_parameter(message, "allowExtensionOperations")
    other = profile.windows_configuration if os_type == "Linux" else profile.linux_configuration
    if other:
        name = "windowsConfiguration" if os_type == "Linux" else "linuxConfiguration"
        raise invalid_parameter(f"Parameter '{name}' is not allowed for a {os_type} virtual machine.", name)
    if os_type == "Linux":
        _check_login(profile)
    else:
        if profile.admin_password is None:
            raise _missing("adminPassword")
        _check_windows(profile.windows_configuration or WindowsConfiguration())


def check_base64(text: str | None, target: str, what: str) -> None:
    """Refuse custom data or user data that is too long or not Base64."""
    if text is None:
        return
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error:
        text = None
    if text is None or len(text) > LARGEST_CUSTOM_DATA:
        message = f"{what} must be in Base64 encoding and with a maximum length of {LARGEST_CUSTOM_DATA} characters."
        raise invalid_parameter(message, target)


def _check_computer_name(name: str | None, os_type: OsType) -> None:
    if not name:
        raise _missing("computerName")
    if os_type == "Linux" and (len(name) > 64 or _BAD_IN_HOST_NAME.search(name)):
        message = (
            "Linux host name cannot exceed 64 characters in length or contain the following characters: "
            "` ~ ! @ # $ % ^ & * ( ) = + _ [ ] { } \\ | ; : ' \" , < > / ?."
        )
        raise invalid_parameter(message, "computerName")
    if os_type == "Windows" and (len(name) > 15 or name.isdigit() or _BAD_IN_HOST_NAME.search(name)):
        message = (
            "Windows computer name cannot be more than 15 characters long, be entirely numeric, or contain the "
            "following characters: ` ~ ! @ # $ % ^ & * ( ) = + _ [ ] { } \\ | ; : . ' \" , < > / ?."
        )
        raise invalid_parameter(message, "computerName")


def _check_user_name(name: str | None, os_type: OsType) -> None:
    if not name:
        raise _missing("adminUsername")
    longest = 64 if os_type == "Linux" else 20
    pattern = r"[A-Za-z_][\w-]*" if os_type == "Linux" else r"""[^"\\/\[\]:|<>+=;,?*@&]*[^."\\/\[\]:|<>+=;,?*@&]"""
    if name.lower() in RESERVED_NAMES:
        raise invalid_parameter("The Admin Username specified is not allowed.", "adminUsername")
    if len(name) > longest or not re.fullmatch(pattern, name):
        message = (
            f"The Admin Username specified is not allowed: it has at most {longest} characters, and none that a "
            f"{os_type} user name cannot have."
        )
        raise invalid_parameter(message, "adminUsername")


def _check_password(password: str | None, os_type: OsType) -> None:
    if password is None:
        return
    least, most = (6, 72) if os_type == "Linux" else (8, 123)
    kinds = sum(bool(re.search(pattern, password)) for pattern in (r"[A-Z]", r"[a-z]", r"[0-9]", r"[^A-Za-z0-9]"))
    if not least <= len(password) <= most or kinds < 3 or re.search(r"[\x00-\x1f\x7f]", password):
        message = (
            f"The supplied password must be between {least}-{most} characters long and must satisfy at least 3 of "
            "password complexity requirements from the following:\r\n1) Contains an uppercase character\r\n"
            "2) Contains a lowercase character\r\n3) Contains a numeric digit\r\n4) Contains a special character\r\n"
            "5) Control characters are not allowed"
        )
        raise invalid_parameter(message, "adminPassword")


def _check_login(profile: OsProfileBody) -> None:
    linux = profile.linux_configuration or LinuxConfiguration()
    keys = linux.ssh.public_keys if linux.ssh else ()
    for key in keys:
        _check_key(key, str(profile.admin_username))
    if linux.disable_password_authentication and profile.admin_password:
        message = "Authentication by password is disabled, so 'adminPassword' must not be given."
        raise invalid_parameter(message, "adminPassword")
    if not keys and not profile.admin_password:
        message = "Authentication using either SSH or by user name and password must be enabled in Linux profile."
        raise invalid_parameter(message, "linuxConfiguration")


def _check_windows(windows: WindowsConfiguration) -> None:
    mode = windows.patch_settings.patch_mode if windows.patch_settings else None
    if mode is not None and windows.enable_automatic_updates != (mode == "AutomaticByOS"):
        message = (
            f"Patch mode '{mode}' needs 'windowsConfiguration.enableAutomaticUpdates' to be "
            f"{str(mode == 'AutomaticByOS').lower()}."
        )
        raise invalid_parameter(message, "windowsConfiguration.patchSettings.patchMode")
    for listener in windows.win_rm.listeners if windows.win_rm else ():
        if listener.protocol == "Https":
            raise not_supported(
                "a WinRM listener over HTTPS in osProfile, whose certificate comes from a Key Vault (localazure has "
                "none: make certificate and listener in the guest, by Run Command)"
            )
        if listener.certificate_url:
            message = "A WinRM listener of protocol 'Http' has no certificateUrl."
            raise invalid_parameter(message, "windowsConfiguration.winRM.listeners.certificateUrl")


def _check_key(key: SshKey, user: str) -> None:
    wanted = f"/home/{user}/.ssh/authorized_keys"
    if key.path != wanted:
        message = (
            "Destination path for SSH public keys is currently limited to its default value "
            f"{wanted}  due to a known issue in Linux provisioning agent."
        )
        raise invalid_parameter(message, "linuxConfiguration.ssh.publicKeys.path")
    if not _is_public_key(key.key_data):
        message = (
            "The value of parameter linuxConfiguration.ssh.publicKeys.keyData is invalid: an OpenSSH public key of "
            "type ssh-rsa or ssh-ed25519 is needed."
        )
        raise invalid_parameter(message, "linuxConfiguration.ssh.publicKeys.keyData")


def _is_public_key(text: str) -> bool:
    words = text.split()
    if len(words) < 2 or words[0] not in {"ssh-rsa", "ssh-ed25519"}:
        return False
    try:
        content = base64.b64decode(words[1], validate=True)
    except binascii.Error:
        return False
    return content[4 : 4 + len(words[0])] == words[0].encode()


def _missing(name: str) -> CloudError:
    return invalid_parameter(f"Required parameter 'osProfile.{name}' is missing (null).", f"osProfile.{name}")
