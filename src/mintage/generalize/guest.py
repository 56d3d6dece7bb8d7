"""Generalizing a guest: preflight, act, prove."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mintage.artifacts import Check, Package
from mintage.errors import ConnectionFailed, GeneralizeError
from mintage.generalize.base import Distribution
from mintage.generalize.checks import MARK, parse_checks
from mintage.generalize.detect import detect
from mintage.generalize.linux import PROVISIONING_RECORD
from mintage.generalize.scripts import follow_script, functions_of_recipe, preflight_script, worker_script
from mintage.recipe import Generalize, in_seconds
from mintage.remote.base import Remote
from mintage.remote.first_boot import wait_for_cloud_init

Log = Callable[[str], None]
_PROVED = "mintage-proved"
_LAST_WORDS = 3
"""Lines of an operation that failed."""


@dataclass(frozen=True)
class GeneralizedGuest:
    """A guest that may be captured: what it is, the proof, and the packages it had when it was done."""

    distribution: str
    checks: tuple[Check, ...]
    packages: tuple[Package, ...]


class _Failures:
    """Hears the worker's log, and keeps of it what operations said that failed: why something is left."""

    def __init__(self, log: Log) -> None:
        self._log, self._operation = log, deque[str](maxlen=_LAST_WORDS)
        self.words: list[str] = []

    def hear(self, line: str) -> None:
        self._log(line)
        if not line.startswith("generalize: "):
            self._operation.append(line)
            return
        if " ended with exit code " in line:
            self.words += [*self._operation, line]
        self._operation.clear()


def no_note() -> None:
    """For those who need not know when the first change is made."""


def generalize(
    remote: Remote,
    options: Generalize,
    folder: Path,
    build_user: str,
    log: Log,
    before_change: Callable[[], None] = no_note,
    *,
    provisioned: bool = True,
) -> GeneralizedGuest:
    """Take the machine's identity and the build's traces away, and prove it. It cannot be undone.

    The work goes on in the guest when the connection drops; called again, this goes on with it. The guest turns itself
    off once the proof has passed: a machine that is off, or a login that is refused where this was begun, is what
    "generalized already" looks like (``checks_from_serial_log`` then has the proof). ``folder`` holds the recipe;
    ``before_change`` is called when the preflight has passed; ``provisioned`` says whether Azure made the build's user.
    Raises GeneralizeError when the preflight fails, with nothing changed, and when the proof does; UnsupportedGuest;
    RecipeError for a script that is gone; ConnectionFailed and DeadlinePassed, which are worth another call.
    """
    own_functions = functions_of_recipe(options.steps, folder)
    distribution = detect(remote.output("cat /etc/os-release"), options)
    packages = distribution.parse_packages(remote.output(distribution.list_packages))
    if not _begun(remote):
        wait_for_cloud_init(remote, time.monotonic() + in_seconds(options.timeout))
        checks = _preflight(remote, distribution, build_user, provisioned=provisioned)
        _demand(checks, "The guest is not ready to be generalized; nothing was changed", distribution)
        before_change()
    operations = distribution.operations_for(options)
    worker = worker_script(distribution, operations, build_user, own_functions)
    failures = _Failures(log)
    proof = parse_checks(_act(remote, worker, options, failures.hear), operations)
    what = "The guest was generalized, and something is left that must not be in an image"
    _demand(proof, what, distribution, failures.words)
    return GeneralizedGuest(distribution.name, proof, packages)


def _preflight(remote: Remote, distribution: Distribution, build_user: str, *, provisioned: bool) -> tuple[Check, ...]:
    # Where Azure did not make the build's user, its record names another, who goes with the machine's identity.
    asked = [each for each in distribution.questions if provisioned or each.name != PROVISIONING_RECORD]
    answers = remote.output(preflight_script(distribution, asked, build_user))
    return parse_checks(answers.splitlines(), asked)


def _begun(remote: Remote) -> bool:
    return remote.output("test ! -e /run/mintage/generalize/phase || echo begun").strip() == "begun"


def _act(remote: Remote, worker: str, options: Generalize, log: Log) -> list[str]:
    """The answers of the proof. Losing the connection once they are all here is no loss: the machine turns off."""
    answers: list[str] = []

    def on_line(line: str) -> None:
        if line.startswith((MARK, _PROVED)):
            answers.append(line)
        else:
            log(line)

    seconds = in_seconds(options.timeout)
    lost: ConnectionFailed | None = None
    try:
        remote.run(follow_script(), environment={"WORKER": worker}, timeout=seconds, on_line=on_line)
    except ConnectionFailed as error:
        lost = error
    if not any(line.startswith(_PROVED) for line in answers):
        raise lost or _ended_early()
    return answers


def _ended_early() -> ConnectionFailed:
    return ConnectionFailed(
        "Generalizing ended in the guest before its proof",
        seen="the log ends where it ended",
        remedy="Call it again: it starts again from any operation.",
    )


def _demand(checks: tuple[Check, ...], what: str, distribution: Distribution, words: Sequence[str] = ()) -> None:
    failed = [check for check in checks if not check.passed]
    if failed:
        seen = "\n".join((*(f"{check.name}: {check.seen}" for check in failed), *words))
        remedy = "\n".join(f"{check.name}: {check.remedy}" for check in failed)
        raise GeneralizeError(what, where=distribution.name, seen=seen, remedy=remedy)
