"""How Windows refuses: a Win32 error number and Windows' own English text for it."""

from __future__ import annotations

_TEXTS = {
    1: "Incorrect function.",
    2: "The system cannot find the file specified.",
    3: "The system cannot find the path specified.",
    5: "Access is denied.",
    6: "The handle is invalid.",
    15: "The system cannot find the drive specified.",
    19: "The media is write protected.",
    32: "The process cannot access the file because it is being used by another process.",
    53: "The network path was not found.",
    80: "The file exists.",
    87: "The parameter is incorrect.",
    112: "There is not enough space on the disk.",
    123: "The filename, directory name, or volume label syntax is incorrect.",
    145: "The directory is not empty.",
    183: "Cannot create a file when that file already exists.",
    193: "%1 is not a valid Win32 application.",
    206: "The filename or extension is too long.",
    259: "No more data is available.",
    267: "The directory name is invalid.",
    1021: "Cannot create a stable subkey under a volatile parent key.",
    1051: "A stop control has been sent to a service that other running services are dependent on.",
    1052: "The requested control is not valid for this service.",
    1056: "An instance of the service is already running.",
    1058: (
        "The service cannot be started, either because it is disabled or because it has no enabled devices "
        "associated with it."
    ),
    1060: "The specified service does not exist as an installed service.",
    1062: "The service has not been started.",
    1068: "The dependency service or group failed to start.",
    1069: "The service did not start due to a logon failure.",
    1072: "The specified service has been marked for deletion.",
    1073: "The specified service already exists.",
    1077: "No attempts to start the service have been made since the last boot.",
    1115: "A system shutdown is in progress.",
    1116: "Unable to abort the system shutdown because no shutdown was in progress.",
    1190: "A system shutdown has already been scheduled.",
    1314: "A required privilege is not held by the client.",
    1317: "The specified account does not exist.",
    1323: "Unable to update the password. The value provided as the current password is incorrect.",
    1325: (
        "Unable to update the password. The value provided for the new password does not meet the length, complexity, "
        "or history requirements of the domain."
    ),
    1326: "The user name or password is incorrect.",
    1331: "This user can't sign in because this account is currently disabled.",
    1332: "No mapping between account names and security IDs was done.",
    1371: "Cannot perform this operation on built-in accounts.",
    1376: "The specified local group does not exist.",
    1377: "The specified account name is not a member of the group.",
    1378: "The specified account name is already a member of the group.",
    1379: "The specified local group already exists.",
    1385: "Logon failure: the user has not been granted the requested logon type at this computer.",
    1463: "The symbolic link cannot be followed because its type is disabled.",
    2202: "The specified username is invalid.",
    2224: "The account already exists.",
}


class MachineError(Exception):
    """Windows refuses.

    Attributes:
        code: the Win32 error number, unsigned, or an HRESULT where Windows gives one (0x8...).
        text: Windows' own sentence, without what it was about.
        subject: the path, service, account ... it was about.
    """

    def __init__(self, code: int, subject: str = "", text: str = "") -> None:
        self.code = code
        self.subject = subject
        self.text = text or windows_text(code)
        super().__init__(f"{self.text} ({self.subject})" if subject else self.text)


class NotFound(MachineError):
    """The file, key, value, account, service ... is not there."""

    def __init__(self, subject: str, code: int = 2) -> None:
        super().__init__(code, subject)


class AlreadyExists(MachineError):
    def __init__(self, subject: str, code: int = 183) -> None:
        super().__init__(code, subject)


class AccessDenied(MachineError):
    def __init__(self, subject: str = "") -> None:
        super().__init__(5, subject)


class InvalidName(MachineError):
    def __init__(self, subject: str, code: int = 123) -> None:
        super().__init__(code, subject)


class SharingViolation(MachineError):
    def __init__(self, subject: str) -> None:
        super().__init__(32, subject)


class DiskFull(MachineError):
    def __init__(self, subject: str = "") -> None:
        super().__init__(112, subject)


def windows_text(code: int) -> str:
    """What FormatMessage gives for a Win32 error number or its HRESULT."""
    return _TEXTS.get(code & 0xFFFF if code >> 16 == 0x8007 else code, f"Unknown error (0x{code & 0xFFFFFFFF:x})")
