r"""The two logs in ``C:\Windows\System32\Sysprep\Panther``, in Windows Setup's line layout."""

from __future__ import annotations

from localazure.windows.machine.machine import Machine

FOLDER = r"C:\Windows\System32\Sysprep\Panther"
ACT_LOG, ERROR_LOG = rf"{FOLDER}\setupact.log", rf"{FOLDER}\setuperr.log"


class SysprepLog:
    """Starts both logs anew: Sysprep clears those of the run before."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        machine.files.make_folder(FOLDER)
        for path in (ACT_LOG, ERROR_LOG):
            machine.files.write_text(path, "")

    def info(self, text: str, code: int | None = None) -> None:
        self._write("Info", text, code)

    def error(self, text: str, code: int | None = None) -> None:
        self._write("Error", text, code)

    def _write(self, level: str, text: str, code: int | None) -> None:
        number = f"[{code:#08x}]" if code is not None else ""
        line = f"{self.now()}, {level:<11}{number:<10} SYSPRP {text}\r\n"
        self._machine.files.append_text(ACT_LOG, line)
        if level == "Error":
            self._machine.files.append_text(ERROR_LOG, line)

    def now(self) -> str:
        return f"{self._machine.time.now():%Y-%m-%d %H:%M:%S}"
