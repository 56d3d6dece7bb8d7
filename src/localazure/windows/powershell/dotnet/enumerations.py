"""Enumerations that scripts name and that belong to no other type of the model."""

from localazure.windows.powershell.types import enumeration

COLOURS = (
    "Black", "DarkBlue", "DarkGreen", "DarkCyan", "DarkRed", "DarkMagenta", "DarkYellow", "Gray", "DarkGray", "Blue",
    "Green", "Cyan", "Red", "Magenta", "Yellow", "White",
)  # fmt: skip
CONSOLE_COLOR = enumeration("System.ConsoleColor", {name: number for number, name in enumerate(COLOURS)})
VARIABLE_TARGET = enumeration("System.EnvironmentVariableTarget", {"Process": 0, "User": 1, "Machine": 2})
SPECIAL_FOLDER = enumeration(
    "System.Environment+SpecialFolder",
    {
        "Desktop": 0,
        "Programs": 2,
        "MyDocuments": 5,
        "Startup": 7,
        "StartMenu": 11,
        "ApplicationData": 26,
        "LocalApplicationData": 28,
        "CommonApplicationData": 35,
        "Windows": 36,
        "System": 37,
        "ProgramFiles": 38,
        "UserProfile": 40,
        "ProgramFilesX86": 42,
    },
)
