"""The switch statement."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell import syntax, values
from localazure.windows.powershell.code import Expression, Runner, Steps
from localazure.windows.powershell.comparison import equals
from localazure.windows.powershell.conversions import is_true
from localazure.windows.powershell.flow import BreakLoop, ContinueLoop
from localazure.windows.powershell.operators import matches_table, regex
from localazure.windows.powershell.regexes import wildcard_regex
from localazure.windows.powershell.running import enumerate_value, run_steps
from localazure.windows.powershell.text import to_text

if TYPE_CHECKING:
    from localazure.windows.powershell.compile_statements import Compiler
    from localazure.windows.powershell.frames import Frame

Test = Callable[["Frame", Any, Any], bool]


def _test(mode: str, *, case_sensitive: bool) -> Test:
    """How a clause's condition is compared with the subject."""

    def exact(_frame: "Frame", subject: Any, condition: Any) -> bool:
        """Both sides are taken as text; nothing is nothing alone."""
        if subject is None or condition is None:
            return subject is condition
        return equals(to_text(subject), to_text(condition), case_sensitive=case_sensitive)

    def wildcard(_frame: "Frame", subject: Any, condition: Any) -> bool:
        return bool(wildcard_regex(to_text(condition), case_sensitive=case_sensitive).match(to_text(subject)))

    def matches(frame: "Frame", subject: Any, condition: Any) -> bool:
        found = regex(condition, ignore_case=not case_sensitive).search(to_text(subject))
        if found:
            frame.set_variable("Matches", matches_table(found))
        return bool(found)

    return {"regex": matches, "wildcard": wildcard}.get(mode, exact)


def compile_switch(compiler: "Compiler", node: syntax.Switch) -> Runner:
    subject = compiler.expression(node.subject) if node.from_file else compiler.value(node.subject)
    clauses = [(compiler.expression(condition), compiler.steps(body)) for condition, body in node.clauses]
    default = None if node.default is None else compiler.steps(node.default)
    test, label = _test(node.mode, case_sensitive=node.case_sensitive), node.label.lower()

    def run(frame: "Frame") -> Iterator[Any]:
        value = subject(frame)
        if node.from_file:
            value = (frame.host.read_script(to_text(value)) or "").splitlines()
        for item in enumerate_value(value):
            inner = frame.derive(underscore=item)
            try:
                yield from _one(inner, item, clauses, default, test)
            except BreakLoop as jump:
                if jump.label and jump.label != label:
                    raise
                return
            except ContinueLoop as jump:
                if jump.label and jump.label != label:
                    raise

    return run


def _one(
    frame: "Frame", item: Any, clauses: list[tuple[Expression, Steps]], default: Steps | None, test: Test
) -> Iterator[Any]:
    taken = False
    for condition, body in clauses:
        wanted = condition(frame)
        if isinstance(wanted, values.ScriptBlock):
            holds = is_true(frame.evaluate(wanted, underscore=item))
        else:
            holds = test(frame, item, wanted)
        if holds:
            taken = True
            yield from run_steps(frame, body)
    if not taken and default is not None:
        yield from run_steps(frame, default)
