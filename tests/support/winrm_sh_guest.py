"""A machine for the WS-Management server whose powershell.exe takes a script as Windows' does, and runs it by /bin/sh.

It shows what the transport does with a program's streams, exit code and end, with real processes. What the scripts of
``mintage.remote.winrm`` do is shown on the model of a Windows machine.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping

from tests.support.winrm_host import CMD, RealHost, RealProcess

_LAUNCHER = """
import base64, json, os, sys
environment, script = (base64.b64decode(sys.stdin.buffer.readline()).decode() for _ in range(2))
os.environ.update(json.loads(environment))
file = os.memfd_create("script", 0)
os.write(file, script.encode())
os.execv("/bin/bash", ["bash", f"/proc/self/fd/{file}"])
"""


class ShHost(RealHost):
    def start(
        self, user: str, command_line: str, environment: Mapping[str, str], cwd: str | None, codepage: int
    ) -> RealProcess:
        assert command_line.startswith(f"{CMD}powershell.exe ")
        self.lines.append((user, command_line))
        self.codepages.append(codepage)
        process = RealProcess(f"exec {sys.executable} -c {shlex.quote(_LAUNCHER)}", environment, cwd)
        self.started.append(process)
        return process
