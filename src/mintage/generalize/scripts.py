"""The shell programs that generalize a guest, put together from the files beside this one."""

from __future__ import annotations

import base64
import shlex
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from mintage.commands import script_of
from mintage.generalize.base import Distribution, Operation, Question
from mintage.recipe import GeneralizeStep
from mintage.remote.launcher import interpreter, shell_text

_BASH = "#!/bin/bash\n"
"""Names the interpreter, and so spares these scripts the -e of a recipe's: they tell of failures themselves."""


def preflight_script(distribution: Distribution, questions: Sequence[Question], build_user: str) -> str:
    """Asks these questions of the distribution; prints what ``checks.parse_checks`` reads."""
    names = (question.name for question in questions)
    asks = "".join(f"ask {name} ask_{name.replace('-', '_')}\n" for name in names)
    return _BASH + _functions(distribution, build_user) + asks


def worker_script(
    distribution: Distribution, operations: Sequence[Operation], build_user: str, own_functions: str
) -> str:
    """Runs these operations and proves them; ``own_functions`` define those of the recipe."""
    names = " ".join(operation.name for operation in operations)
    lists = f"OPERATIONS=({names})\nDISTURBERS=({shlex.join(distribution.disturbers)})\n"
    return _functions(distribution, build_user) + own_functions + lists + _text("worker.sh")


def functions_of_recipe(steps: Sequence[GeneralizeStep], folder: Path) -> str:
    """What defines the operations of a recipe's own steps; ``folder`` holds the recipe.

    Raises RecipeError for a script that is not there.
    """
    return "".join(
        _given(f"act_{step.operation}", script_of(step, folder))
        + _given(f"prove_{step.operation}", "\n".join(step.prove) + "\n")
        for step in steps
    )


def follow_script() -> str:
    """Starts the worker script in the variable WORKER, unless one runs, and prints what it prints."""
    return _BASH + _text("follow.sh")


def _functions(distribution: Distribution, build_user: str) -> str:
    names = ("checks.sh", *(f"operations/{name}" for name in distribution.scripts))
    return shell_text("json.sh") + "".join(map(_text, names)) + f"BUILD_USER={shlex.quote(build_user)}\n"


def _given(name: str, text: str) -> str:
    # Base64, because no end of a here-document is safe from what people write.
    packed = base64.b64encode(text.encode()).decode()
    return f"{name.replace('-', '_')}() {{ run_given {packed} {shlex.join(interpreter(text))}; }}\n"


def _text(name: str) -> str:
    return (files("mintage.generalize") / name).read_text(encoding="utf-8")
