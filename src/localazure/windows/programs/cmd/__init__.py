"""cmd.exe: the part of it that remote shells, scheduled tasks and small provisioning lines use."""

from localazure.windows.programs.cmd.program import Cmd

__all__ = ["Cmd"]
