"""$PSDefaultParameterValues: what a command's parameters are when nothing is given for them."""

from typing import TYPE_CHECKING

from localazure.windows.powershell.binding import Binder, Formal
from localazure.windows.powershell.conversions import is_true
from localazure.windows.powershell.regexes import wildcard_regex
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.values import ScriptBlock, Table

if TYPE_CHECKING:
    from localazure.windows.powershell.frames import Frame


def bind(frame: "Frame", binder: Binder, command: str) -> None:
    """Binds the entries named "Command:Parameter", wildcards allowed, that are for this command.

    A command without a name has none.
    """
    wanted = frame.get_variable("PSDefaultParameterValues")
    if not command or not isinstance(wanted, Table) or not wanted or is_true(wanted.get("Disabled")):
        return
    for key, value in wanted.items():
        name, _, parameter = to_text(key).partition(":")
        if parameter and wildcard_regex(name.strip()).match(command):
            _bind_one(frame, binder, parameter.strip(), value)


def _bind_one(frame: "Frame", binder: Binder, parameter: str, value: object) -> None:
    for formals, bound in ((binder.formals, binder.bound), (binder.common, binder.common_bound)):
        found: Formal | None = next((one for one in formals if one.name.lower() == parameter.lower()), None)
        if found is not None and found.name not in bound:
            given = frame.evaluate(value) if isinstance(value, ScriptBlock) else value
            bound[found.name] = binder.coerce(found, given)
