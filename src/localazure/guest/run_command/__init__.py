"""Run Command in a real guest: an extension that the guest's own agent fetches, runs and reports on."""

from localazure.guest.run_command.desk import ScriptDesk

__all__ = ["ScriptDesk"]
