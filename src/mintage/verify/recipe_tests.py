"""A recipe's own questions to a VM booted from the captured image."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from mintage.artifacts import Check
from mintage.commands import environment_of, script_of
from mintage.errors import CommandFailed, DeadlinePassed
from mintage.recipe import Test, in_seconds
from mintage.remote.base import Remote

OF_RECIPE = "test: "
"""How the names begin of checks that the recipe asks for."""


def named(vm: str, checks: Iterable[Check]) -> tuple[Check, ...]:
    """The checks under names that say of which VM they are."""
    return tuple(check.model_copy(update={"name": f"{vm}: {check.name}"}) for check in checks)


def run_recipe_tests(
    remote: Remote, tests: tuple[Test, ...], folder: Path, log: Callable[[str], None]
) -> tuple[Check, ...]:
    """Run them all, whatever becomes of one. ``folder`` holds the recipe.

    Raises RecipeError for a script that is not there, ConnectionFailed when the VM cannot be asked.
    """
    return tuple(_run(remote, test, folder, log) for test in tests)


def _run(remote: Remote, test: Test, folder: Path, log: Callable[[str], None]) -> Check:
    name, script = f"{OF_RECIPE}{test.name}", script_of(test, folder)
    try:
        result = remote.run(
            script,
            run_as=test.run_as,
            environment=environment_of(test),
            timeout=in_seconds(test.timeout),
            on_line=log,
            exit_codes=test.exit_codes,
        )
    except (CommandFailed, DeadlinePassed) as failure:
        seen = f"{failure.what}\n{failure.seen}"
        return Check(name=name, passed=False, seen=seen, remedy="Mend the image, or the test, in the recipe.")
    return Check(name=name, passed=True, seen=f"exit code {result.exit_code}")
