"""In the place of a Windows guest: answers to the product's scripts, given by a test. It knows no PowerShell.

What the scripts themselves do is proved where their text runs, on localazure's model of Windows.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from pathlib import Path, PureWindowsPath
from typing import Any

from mintage.errors import CommandFailed, ConnectionFailed
from mintage.powershell import script
from mintage.remote.base import CommandResult, OnLine, ignore_line

Answer = Mapping[str, Any] | Exception
Answers = Callable[[], Answer]


class WindowsStandIn:
    """Implements ``WindowsRemote``. ``answers``: by a script's path, what it prints each time it runs."""

    def __init__(self, answers: Mapping[str, Answers]) -> None:
        self._answers = {script(path): (path, answer) for path, answer in answers.items()}
        self.ran: Counter[str] = Counter()
        self.boots = 1
        self.sent: list[tuple[Path, PureWindowsPath]] = []
        self.texts: list[str] = []
        self.environments: list[Mapping[str, str]] = []

    def run(
        self,
        script: str,
        *,
        environment: Mapping[str, str] = {},
        timeout: float = 0,
        on_line: OnLine = ignore_line,
        exit_codes: Collection[int] = (0,),
    ) -> CommandResult:
        self.environments.append(environment)
        if "shutdown.exe /r" in script:
            self.boots += 1
            raise ConnectionFailed("the machine went down")
        line = self._answer(script)
        on_line("working")
        on_line(line)
        return CommandResult(0, 0.0, (line,))

    def run_elevated(
        self,
        script: str,
        *,
        run_as: str = "administrator",
        environment: Mapping[str, str] = {},
        timeout: float = 0,
        on_line: OnLine = ignore_line,
        exit_codes: Collection[int] = (0,),
    ) -> CommandResult:
        self.ran[f"as {run_as}"] += 1
        return self.run(script, environment=environment, timeout=timeout, on_line=on_line, exit_codes=exit_codes)

    def output(self, script: str, *, environment: Mapping[str, str] = {}, timeout: float = 0) -> str:
        self.environments.append(environment)
        return self._answer(script) + "\r\n"

    def send_file(self, source: Path, destination: PureWindowsPath) -> None:
        self.sent.append((source, destination))

    def send_tree(self, source: Path, destination: PureWindowsPath) -> None:
        self.sent.append((source, destination))

    def boot_id(self) -> str:
        return str(self.boots)

    def wait_for_reboot(self, old_boot_id: str, deadline: float) -> None:
        assert self.boot_id() != old_boot_id

    def close(self) -> None:
        self.ran["close"] += 1

    def _answer(self, text: str) -> str:
        self.texts.append(text)
        for own, (path, answers) in self._answers.items():
            if text.endswith(own):
                self.ran[path] += 1
                answer = answers()
                if isinstance(answer, Exception):
                    raise answer
                return json.dumps(answer)
        raise CommandFailed("The stand-in has no answer to this script", seen=text[-200:])


def always(answer: Answer) -> Answers:
    return lambda: answer


def one_after_the_other(*answers: Answer) -> Answers:
    """Each once; the last for ever."""
    left = list(answers)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


class FakeTime:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
