"""ConvertFrom-StringData."""

import re
from collections.abc import Iterator

from localazure.windows.powershell.cmdlets.common import UTILITY
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.values import Table, error

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", "0": "\0"}


@command("ConvertFrom-StringData", module=UTILITY, parameters=(
    Parameter("StringData", position=0, kind=str, mandatory=True, pipeline="value", allow_empty=True),
))  # fmt: skip
def convert_from_string_data(call: Call) -> Iterator[object]:
    """Lines of name = value as a table; # begins a comment, backslashes escape."""
    for data in call.each("StringData"):
        table = Table()
        for line in to_text(data).splitlines():
            if line.strip() and not line.strip().startswith("#"):
                _add(table, line)
        yield table


def _add(table: Table, line: str) -> None:
    name, sign, value = line.partition("=")
    name = name.strip()
    kind = "System.Management.Automation.PSInvalidOperationException"
    if not sign:
        text = f"Data line '{line.strip()}' is not in 'name=value' format."
        raise error(kind, text, "InvalidOperation", "InvalidOperation")
    if name in table:
        text = f"Data item '{name}' in line '{line.strip()}' is already defined."
        raise error(kind, text, "InvalidOperation", "InvalidOperation")
    table[name] = re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), value.strip())
