"""What every step of Sysprep is given, and how one fails."""

from __future__ import annotations

from dataclasses import dataclass

from localazure.windows.machine.machine import Machine
from localazure.windows.machine.processes import ProcessContext
from localazure.windows.sysprep.log import SysprepLog

SYSTEM32 = r"C:\Windows\System32"


@dataclass(frozen=True)
class Run:
    machine: Machine
    context: ProcessContext
    panther: SysprepLog


class StepFailed(Exception):
    """A step said in the log what was wrong; what stands above it adds its own lines.

    Attributes:
        result: the number the step returned, as a string in the way the log shows it.
        hresult: the same as the HRESULT that ends the run.
    """

    def __init__(self, result: str, hresult: int) -> None:
        super().__init__(result)
        self.result, self.hresult = result, hresult


def launched(run: Run, method: str, library: str, seconds: float = 0.5) -> None:
    """Say that a provider of Sysprep's action file begins, and let its time pass."""
    run.panther.info(rf"ActionPlatform::LaunchModule: Executing method '{method}' from {SYSTEM32}\{library}")
    run.context.wait(seconds)


def succeeded(run: Run, method: str, library: str) -> None:
    run.panther.info(rf"ActionPlatform::LaunchModule: Successfully executed '{method}' from {SYSTEM32}\{library}")


def failed(run: Run, method: str, library: str, result: str, hresult: int) -> StepFailed:
    run.panther.error(
        rf"ActionPlatform::LaunchModule: Failure occurred while executing '{method}' from {SYSTEM32}\{library}; "
        f"dwRet = {result}"
    )
    return StepFailed(result, hresult)
