r"""``C:\Windows\System32\Sysprep\sysprep.exe``."""

from __future__ import annotations

from localazure.windows.machine.identity import RESEAL_TO_AUDIT, RESEAL_TO_OOBE, SPECIALIZE_TO_OOBE, UNDEPLOYABLE
from localazure.windows.machine.power import PowerKind
from localazure.windows.machine.processes import ProcessContext
from localazure.windows.sysprep.arguments import Arguments, BadArguments, parse_arguments
from localazure.windows.sysprep.external import run_external
from localazure.windows.sysprep.generalize import generalize
from localazure.windows.sysprep.log import FOLDER, SysprepLog
from localazure.windows.sysprep.steps import Run, StepFailed
from localazure.windows.sysprep.validation import validate, validate_cleanup, validate_generalize

TAG_FILE = r"C:\Windows\System32\Sysprep\Sysprep_succeeded.tag"
UNATTEND_CACHE = r"C:\Windows\Panther\unattend.xml"
_IMPLICIT_UNATTEND = (UNATTEND_CACHE, r"C:\Windows\System32\Sysprep\unattend.xml")
_HALF_WAY, _WHOLE = 3, 7
_NOT_ADMINISTRATOR = 5
_BAD_ARGUMENTS = 87
_RULE = "========================================================"


class Sysprep:
    """As a Program. A killed run stays where it was: half-way, once generalizing has begun."""

    def run(self, context: ProcessContext) -> int:
        """Returns 0, or the low half of the HRESULT that the log ends with."""
        machine = context.machine
        if not context.user.is_administrator:
            return _NOT_ADMINISTRATOR
        others = [each for each in machine.processes.find("sysprep.exe") if each.pid != context.pid]
        if others:
            return 1
        run = Run(machine, context, SysprepLog(machine))
        _begin(run)
        try:
            arguments = parse_arguments(context.arguments)
        except BadArguments as error:
            run.panther.error(
                f"WinMain:Unable to parse command-line arguments to sysprep; GLE = {_BAD_ARGUMENTS:#x}; {error}",
                0x0F004A,
            )
            _end(run)
            return _BAD_ARGUMENTS
        try:
            _work(run, arguments)
        except StepFailed as failure:
            _end(run)
            machine.save()
            return failure.hresult & 0xFFFF
        _finish(run, arguments)
        return 0


def _begin(run: Run) -> None:
    for text in (_RULE, "===          Beginning of a new sysprep run          ===", _RULE):
        run.panther.info(text)
    run.panther.info(f"The time is now {run.panther.now()}", 0x0F004D)
    run.panther.info(f"Initialized SysPrep log at {FOLDER}", 0x0F004E)
    run.panther.info("ValidatePrivileges:User has required privileges to sysprep machine", 0x0F0054)
    files = run.machine.files
    if files.exists(TAG_FILE):
        files.delete(TAG_FILE)
        run.panther.info(f"FCreateTagFile:Tag file {TAG_FILE} was deleted", 0x0F007E)
    else:
        run.panther.info(
            f"FCreateTagFile:Tag file {TAG_FILE} does not already exist, no need to delete anything", 0x0F007E
        )


def _end(run: Run) -> None:
    run.panther.info("Shutting down SysPrep log", 0x0F0052)
    run.panther.info(f"The time is now {run.panther.now()}", 0x0F004D)


def _work(run: Run, arguments: Arguments) -> None:
    for name in arguments.names:
        run.panther.info(f"ParseCommands:Found supported command line option '{name}'", 0x0F005F)
    if arguments.virtual_machine:
        run.panther.info("WinMain:Sysprep mode [vm]; was specified", 0x0F00B7)
    if arguments.generalize:
        run.machine.before_sysprep()
    validate(run, "cleanup", validate_cleanup)
    if arguments.generalize:
        validate(run, "generalize", validate_generalize)
    _cache_unattend(run, arguments)
    run.machine.identity.set_image_state(UNDEPLOYABLE)
    run.panther.info("WinMain:Processing 'cleanup' internal provider request.")
    run_external(run, "cleanup")
    if arguments.generalize:
        _generalize(run)
    _seal(run, arguments)


def _generalize(run: Run) -> None:
    identity = run.machine.identity
    identity.set_generalization_state(_HALF_WAY)
    run.machine.save()
    generalize(run)
    run.panther.info("WinMain:Processing 'generalize' external provider request.")
    # The state says half-way now because of this run itself.
    identity.set_generalization_state(_WHOLE)
    try:
        run_external(run, "generalize")
    except StepFailed:
        identity.set_generalization_state(_HALF_WAY)
        raise


def _seal(run: Run, arguments: Arguments) -> None:
    state = RESEAL_TO_AUDIT if arguments.audit else RESEAL_TO_OOBE if arguments.generalize else SPECIALIZE_TO_OOBE
    # Generalizing as SYSTEM is not supported: it goes through, and the machines made from it end at a black screen.
    run.machine.state.as_system = arguments.generalize and run.context.user.is_system
    run.machine.identity.set_image_state(state)
    run.machine.files.write_text(TAG_FILE, "")
    run.panther.info(f"WinMain:Successfully set image state to {state}")


def _finish(run: Run, arguments: Arguments) -> None:
    _end(run)
    run.machine.save()
    if arguments.ending != "quit":
        kind: PowerKind = "restart" if arguments.ending == "reboot" else "shutdown"
        run.machine.power.request(kind, reason="Sysprep", by="sysprep.exe")


def _cache_unattend(run: Run, arguments: Arguments) -> None:
    files = run.machine.files
    source = arguments.unattend
    if source is not None and not files.is_file(source):
        run.panther.error(f"WinMain:The unattend file {source} cannot be found; GLE = 0x2")
        raise StepFailed("0x2", 0x80070002)
    source = source or next((path for path in _IMPLICIT_UNATTEND if files.is_file(path)), None)
    if source is not None and files.path(source).key != files.path(UNATTEND_CACHE).key:
        files.make_folder(r"C:\Windows\Panther")
        files.copy(source, UNATTEND_CACHE, overwrite=True)
        run.panther.info(f"WinMain:Cached the unattend file {source}")
