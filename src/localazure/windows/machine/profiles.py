r"""Users' profiles: the folder under C:\Users, the ProfileList entry and the user's hive."""

from __future__ import annotations

from localazure.windows.machine.files import FileSystem
from localazure.windows.machine.registry import Registry
from localazure.windows.machine.registry_values import RegistryKind
from localazure.windows.machine.tokens import SYSTEM_SID, Token

PROFILE_LIST = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
SYSTEM_PROFILE = r"C:\Windows\system32\config\systemprofile"
_FOLDERS = ("AppData\\Local\\Temp", "AppData\\Roaming", "Desktop", "Documents", "Downloads")


class Profiles:
    def __init__(self, registry: Registry, files: FileSystem) -> None:
        self._registry, self._files = registry, files

    def path(self, sid: str) -> str | None:
        if sid == SYSTEM_SID:
            return SYSTEM_PROFILE
        return self._registry.text(f"{PROFILE_LIST}\\{sid}", "ProfileImagePath") or None

    def all(self) -> dict[str, str]:
        """SID to folder, of those that Windows has an entry for."""
        known = self._registry.subkeys(PROFILE_LIST) if self._registry.key_exists(PROFILE_LIST) else []
        return {sid: self.path(sid) or "" for sid in known}

    def load(self, user: Token) -> str:
        """The user's folder, made at the first logon. A folder that is in the way gets the computer's name behind."""
        known = self.path(user.sid)
        if known is not None:
            self._files.make_folder(rf"{known}\AppData\Local\Temp")
            return known
        folder = rf"C:\Users\{user.name}"
        if self._files.exists(folder):
            folder = rf"{folder}.{user.domain}"
        for below in _FOLDERS:
            self._files.make_folder(rf"{folder}\{below}")
        self._files.write_text(rf"{folder}\NTUSER.DAT", "The hive is in the model's registry.\r\n")
        self._files.set_attributes(rf"{folder}\NTUSER.DAT", hidden=True)
        self._registry.set(f"{PROFILE_LIST}\\{user.sid}", "ProfileImagePath", folder, RegistryKind.EXPAND_STRING)
        temp = r"%USERPROFILE%\AppData\Local\Temp"
        for name in ("TEMP", "TMP"):
            self._registry.set(f"HKU\\{user.sid}\\Environment", name, temp, RegistryKind.EXPAND_STRING)
        for key in ("Software", "Control Panel"):
            self._registry.create_key(f"HKU\\{user.sid}\\{key}")
        return folder

    def delete(self, sid: str) -> None:
        """Folder, entry and hive, as Win32_UserProfile's Delete does. Raises SharingViolation while files are open."""
        folder = self.path(sid)
        if folder and self._files.exists(folder):
            self._files.delete(folder, recurse=True)
        self._registry.discard(f"{PROFILE_LIST}\\{sid}")
        self._registry.discard(f"HKU\\{sid}")
