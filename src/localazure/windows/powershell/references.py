"""[ref]: a place that a value is read from and written to."""

from typing import TYPE_CHECKING, Any

from localazure.windows.powershell import values, variables

if TYPE_CHECKING:
    from localazure.windows.powershell.frames import Frame

TYPE_NAME = "System.Management.Automation.PSReference"


def to_variable(frame: "Frame", name: str) -> values.PsObject:
    """[ref]$name: reads and writes the variable as the place sees it where the reference was made."""
    read = variables.reader(name)

    def write(_: values.PsObject, value: object) -> None:
        variables.assign(frame, name, value)

    return values.PsObject.typed(TYPE_NAME, {"Value": values.Property(lambda _: read(frame), write)})


def to_value(value: Any) -> values.PsObject:
    """[ref]value: keeps a value of its own; a reference stays the one it is."""
    if isinstance(value, values.PsObject) and value.type_name == TYPE_NAME:
        return value
    return values.PsObject.typed(TYPE_NAME, {"Value": value})
