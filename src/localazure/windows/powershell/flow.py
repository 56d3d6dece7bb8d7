"""How control leaves a statement other than by its end."""

from localazure.windows.powershell.values import error


class Flow(Exception):
    """break, continue, return or exit on its way to what it leaves."""


class BreakLoop(Flow):
    def __init__(self, label: str = "") -> None:
        self.label = label


class ContinueLoop(Flow):
    def __init__(self, label: str = "") -> None:
        self.label = label


class ReturnFlow(Flow):
    """The values were written to the pipeline before."""


class ExitFlow(Flow):
    def __init__(self, code: int) -> None:
        self.code = code


class Stopped(Flow):
    """The host asked the script to stop."""


MAX_DEPTH = 400


def check_depth(depth: int) -> None:
    """Raises PsError (CallDepthOverflow) when calls nest too deep for the model; Windows allows about 1000."""
    if depth > MAX_DEPTH:
        raise error(
            "System.Management.Automation.ScriptCallDepthException",
            "The script failed due to call depth overflow.",
            "CallDepthOverflow",
            "InvalidOperation",
            depth,
        )
