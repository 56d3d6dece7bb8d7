"""A machine for the WS-Management server whose programs are real processes of this computer."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO

from spnego._ntlm_raw.crypto import ntowfv1

from localazure.windows.winrm.shell_host import Output, ShellHostError

CMD = r"C:\Windows\system32\cmd.exe /C "
_SIGNALS = {"terminate": signal.SIGKILL, "ctrl_c": signal.SIGINT, "ctrl_break": signal.SIGINT}


@dataclass
class Passwords:
    """Accounts by name, and certificates (DER) mapped to them."""

    passwords: dict[str, str]
    certificates: dict[bytes, str] = field(default_factory=dict)

    def nt_hash(self, user: str) -> bytes | None:
        password = self._password(user)
        return None if password is None else ntowfv1(password)

    def check_password(self, user: str, password: str) -> str | None:
        return user if self._password(user) == password else None

    def for_certificate(self, certificate: bytes) -> str | None:
        return self.certificates.get(certificate)

    def _password(self, user: str) -> str | None:
        return next((word for name, word in self.passwords.items() if name.lower() == user.lower()), None)


class RealProcess:
    """A process in its own group, so that ending it ends its children."""

    def __init__(self, line: str, environment: Mapping[str, str], cwd: str | None) -> None:
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", line], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, **environment}, cwd=cwd, start_new_session=True, bufsize=0,
        )  # fmt: skip
        self._changed = threading.Condition()
        self._buffers = {"stdout": bytearray(), "stderr": bytearray()}
        self._open = {"stdout", "stderr"}
        for name in self._buffers:
            threading.Thread(target=self._collect, args=(name, getattr(self._process, name)), daemon=True).start()

    def _collect(self, name: str, pipe: IO[bytes]) -> None:
        with pipe:
            while data := os.read(pipe.fileno(), 65_536):
                with self._changed:
                    self._buffers[name] += data
                    self._changed.notify_all()
        with self._changed:
            self._open.discard(name)
            if not self._open:
                self._process.wait()
            self._changed.notify_all()

    def write(self, data: bytes) -> None:
        assert self._process.stdin
        view = memoryview(data)
        try:
            while view:
                view = view[self._process.stdin.write(view) :]
        except (BrokenPipeError, ValueError):
            return

    def close_stdin(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()

    def read(self, timeout: float, limit: int) -> Output:
        with self._changed:
            self._changed.wait_for(lambda: any(self._buffers.values()) or not self._open, timeout)
            out = self._take("stdout", limit)
            return Output(out, self._take("stderr", limit - len(out)))

    def _take(self, name: str, limit: int) -> bytes:
        taken = bytes(self._buffers[name][:limit])
        del self._buffers[name][:limit]
        return taken

    @property
    def exit_code(self) -> int | None:
        with self._changed:
            return None if self._open or any(self._buffers.values()) else self._process.returncode

    @property
    def pid(self) -> int:
        return self._process.pid

    def terminate(self, signal: str) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, _SIGNALS[signal])
        if signal == "terminate":
            self.close_stdin()


@dataclass
class RealHost:
    """Runs a command line that came through cmd.exe by /bin/sh, and knows no other program but ``cat``."""

    computer_name: str = "vm-under-test"
    started: list[RealProcess] = field(default_factory=list)
    lines: list[tuple[str, str]] = field(default_factory=list)
    codepages: list[int] = field(default_factory=list)

    def start(
        self, user: str, command_line: str, environment: Mapping[str, str], cwd: str | None, codepage: int
    ) -> RealProcess:
        if not command_line.startswith((CMD, "cat")):
            raise ShellHostError(2, "The system cannot find the file specified.")
        self.lines.append((user, command_line))
        self.codepages.append(codepage)
        process = RealProcess(command_line.removeprefix(CMD), environment, cwd)
        self.started.append(process)
        return process

    def close(self) -> None:
        for each in self.started:
            each.terminate("terminate")
