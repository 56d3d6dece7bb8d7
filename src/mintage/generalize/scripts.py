"""The shell programs that generalize a guest, put together from the files beside this one."""

from __future__ import annotations

from importlib.resources import files
from shlex import quote

from mintage.generalize.base import Distribution, Operation
from mintage.remote.launcher import shell_text

_BASH = "#!/bin/bash\n"
"""Names the interpreter, and so spares these scripts the -e of a recipe's: they tell of failures themselves."""


def preflight_script(distribution: Distribution, build_user: str) -> str:
    """Asks the distribution's questions; prints what ``checks.parse_checks`` reads."""
    names = (question.name for question in distribution.questions)
    asks = "".join(f"ask {name} ask_{name.replace('-', '_')}\n" for name in names)
    return _BASH + _functions(distribution, build_user) + asks


def worker_script(distribution: Distribution, operations: tuple[Operation, ...], build_user: str) -> str:
    """Runs these operations and proves them."""
    names = " ".join(operation.name for operation in operations)
    return _functions(distribution, build_user) + f"OPERATIONS=({names})\n" + _text("worker.sh")


def follow_script() -> str:
    """Starts the worker script in the variable WORKER, unless one runs, and prints what it prints."""
    return _BASH + _text("follow.sh")


def _functions(distribution: Distribution, build_user: str) -> str:
    names = ("checks.sh", *(f"operations/{name}" for name in distribution.scripts))
    return shell_text("json.sh") + "".join(map(_text, names)) + f"BUILD_USER={quote(build_user)}\n"


def _text(name: str) -> str:
    return (files("mintage.generalize") / name).read_text(encoding="utf-8")
