r"""Providers that others registered under ``...\Setup\SysPrepExternal``: a value each, ``path of a DLL,function``."""

from __future__ import annotations

from localazure.windows.machine.environment import expand
from localazure.windows.sysprep.steps import SYSTEM32, Run, StepFailed

EXTERNAL_KEY = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Setup\SysPrepExternal"
_FAILED_CODES = {"cleanup": 0x0F00AE, "generalize": 0x0F00AF}
_INVALID_STATE = 31
_HALF_WAY = 3


def run_external(run: Run, phase: str) -> None:
    """Run the providers of ``cleanup`` or ``generalize``. Raises StepFailed."""
    try:
        _require_valid_state(run)
        for entry in _entries(run, phase):
            _launch(run, entry, phase)
    except StepFailed as failure:
        run.panther.error(
            f"WinMain:Hit failure while processing sysprep {phase} external providers; hr = {failure.hresult:#x}",
            _FAILED_CODES[phase],
        )
        raise


def _require_valid_state(run: Run) -> None:
    if run.machine.identity.generalization_state == _HALF_WAY:
        run.panther.error(
            "RunExternalDlls:Not running DLLs; either the machine is in an invalid state or we couldn't update the "
            f"recorded state, dwRet = {_INVALID_STATE}",
            0x0F0073,
        )
        raise StepFailed(str(_INVALID_STATE), 0x8007001F)


def _entries(run: Run, phase: str) -> list[str]:
    key = rf"{EXTERNAL_KEY}\{phase.capitalize()}"
    if not run.machine.registry.key_exists(key):
        return []
    return [value.data for value in run.machine.registry.values(key) if isinstance(value.data, str)]


def _launch(run: Run, entry: str, phase: str) -> None:
    entry = expand(entry, run.context.environment)
    library = entry.split(",")[0]
    path = library if "\\" in library else rf"{SYSTEM32}\{library}"
    if not run.machine.files.is_file(path):
        raise _not_found(run, entry, path, phase)
    run.panther.info(f"LaunchDll:Found '{entry}'; executing it", 0x0F0080)
    run.context.wait(0.5)
    run.panther.info(f"LaunchDll:Successfully executed '{entry}' without error", 0x0F0081)


def _not_found(run: Run, entry: str, path: str, phase: str) -> StepFailed:
    if phase == "cleanup":
        # DscCore.dll is there on a whole Windows; its clean-up says that what it wants is not.
        name = entry.rpartition("\\")[2]
        run.panther.error(f"LaunchDll:Failure occurred while executing '{name}', returned error code 0x2", 0x0F0082)
        result, hresult = "0x2", 0x80070002
    else:
        run.panther.error(f"LaunchDll:Could not load DLL {path}[gle=0x0000007e]")
        result, hresult = "0x7e", 0x8007007E
    run.panther.error(
        f"RunExternalDlls:An error occurred while running registry sysprep DLLs, halting sysprep execution. "
        f"dwRet = {result}",
        0x0F0070,
    )
    return StepFailed(result, hresult)
