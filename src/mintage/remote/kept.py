"""Scripts that go on in the guest when the connection, or the caller's process, is gone: the same call finds them."""

from __future__ import annotations

import base64
import shlex
from collections.abc import Collection, Mapping

from mintage.errors import CommandFailed, ConnectionFailed, DeadlinePassed, StepInterrupted
from mintage.remote.base import CommandResult, OnLine, Remote, RunAs
from mintage.remote.launcher import exports, interpreter, shell_text

BY_SIGNAL = tuple(range(129, 193))
"""How a shell's exit code says that a signal ended it, as systemd ends a session when the machine goes down."""
_ENDED = "mintage-ended "
_GRACE = 60.0
"""Seconds after which the caller gives up a script that the guest should have ended."""
_WIDTH = 76


def run_kept(  # noqa: PLR0913 - what ``Remote.run`` takes, and a name
    remote: Remote,
    name: str,
    script: str,
    *,
    run_as: RunAs,
    environment: Mapping[str, str],
    timeout: float,
    on_line: OnLine,
    exit_codes: Collection[int],
) -> CommandResult:
    """As ``Remote.run``, once under each ``name`` in one boot of the guest: called again, it finds what runs or ended.

    ``timeout`` counts from the script's start. Raises StepInterrupted when the script's process is gone without an
    exit code.
    """
    heard = _Heard(on_line)
    followed = remote.run(
        kept_script(name, script, environment, timeout),
        run_as=run_as,
        timeout=timeout + _GRACE,
        on_line=heard,
        exit_codes=(0, *BY_SIGNAL),
    )
    code = heard.exit_code(name, timeout)
    if code not in exit_codes:
        raise CommandFailed(
            f"A command in the guest ended with exit code {code}",
            where=name,
            seen="\n".join(heard.last) or "no output",
            remedy="Its last lines say why.",
        )
    return CommandResult(code, followed.seconds, heard.last)


def kept_script(name: str, script: str, environment: Mapping[str, str], timeout: float) -> str:
    """What starts and follows the script."""
    words = " ".join(map(shlex.quote, interpreter(script)))
    files = {
        "given_worker": shell_text("own_group.sh") + shell_text("kept_worker.sh"),
        "given_environment": exports(environment),
        "given_script": script,
    }
    head = f"NAME={shlex.quote(name)}\nLIMIT={int(timeout)}\nINTERPRETER=({words})\n"
    return "#!/bin/bash\n" + head + "".join(_function(*each) for each in files.items()) + shell_text("kept.sh")


def _function(name: str, text: str) -> str:
    encoded = base64.b64encode(text.encode()).decode()
    lines = "\n".join(encoded[start : start + _WIDTH] for start in range(0, len(encoded), _WIDTH))
    return f"{name}() {{\n    cat <<'END-OF-FILE'\n{lines}\nEND-OF-FILE\n}}\n"


class _Heard:
    """Hands lines on, and keeps the last one for itself."""

    def __init__(self, on_line: OnLine) -> None:
        self._on_line, self._ended = on_line, ""
        self.last: tuple[str, ...] = ()

    def __call__(self, line: str) -> None:
        if line.startswith(_ENDED):
            self._ended = line.removeprefix(_ENDED)
            return
        self.last = (*self.last, line)[-20:]
        self._on_line(line)

    def exit_code(self, name: str, timeout: float) -> int:
        told = "\n".join(self.last) or "no output"
        if self._ended == "overdue":
            raise DeadlinePassed(
                f"A command in the guest still ran after {timeout:.0f} s, and was ended",
                where=name,
                seen=told,
                remedy="Give it a longer timeout if it does useful work for so long.",
            )
        if not self._ended:
            # What follows the script was ended, as by a machine that goes down.
            what, remedy = "The output of a command ended before the command", "Connect and run the step again."
            raise ConnectionFailed(what, where=name, seen=told, remedy=remedy)
        if self._ended == "lost":
            raise StepInterrupted(
                "A command in the guest is gone without an exit code",
                where=name,
                seen=told,
                remedy="Its process was killed, by the guest's kernel perhaps: see the VM's serial log.",
            )
        return int(self._ended)
