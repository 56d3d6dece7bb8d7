"""What types derive from, as far as catch, -is and PSTypeNames need it."""

from typing import TYPE_CHECKING

from localazure.windows.powershell import values
from localazure.windows.powershell.type_names import type_name

if TYPE_CHECKING:
    from localazure.windows.powershell.types import TypeTable

_A = "System.Management.Automation."
EXCEPTION_BASES = {
    "System.SystemException": "System.Exception",
    "System.ApplicationException": "System.Exception",
    "System.ArithmeticException": "System.SystemException",
    "System.DivideByZeroException": "System.ArithmeticException",
    "System.OverflowException": "System.ArithmeticException",
    "System.ArgumentException": "System.SystemException",
    "System.ArgumentNullException": "System.ArgumentException",
    "System.ArgumentOutOfRangeException": "System.ArgumentException",
    "System.FormatException": "System.SystemException",
    "System.UriFormatException": "System.FormatException",
    "System.IndexOutOfRangeException": "System.SystemException",
    "System.InvalidCastException": "System.SystemException",
    "System.InvalidOperationException": "System.SystemException",
    "System.ObjectDisposedException": "System.InvalidOperationException",
    "System.NotImplementedException": "System.SystemException",
    "System.NotSupportedException": "System.SystemException",
    "System.NullReferenceException": "System.SystemException",
    "System.OperationCanceledException": "System.SystemException",
    "System.OutOfMemoryException": "System.SystemException",
    "System.TimeoutException": "System.SystemException",
    "System.UnauthorizedAccessException": "System.SystemException",
    "System.Collections.Generic.KeyNotFoundException": "System.SystemException",
    "System.ComponentModel.Win32Exception": "System.Runtime.InteropServices.ExternalException",
    "System.Runtime.InteropServices.ExternalException": "System.SystemException",
    "System.Runtime.InteropServices.COMException": "System.Runtime.InteropServices.ExternalException",
    "System.IO.IOException": "System.SystemException",
    "System.IO.DirectoryNotFoundException": "System.IO.IOException",
    "System.IO.DriveNotFoundException": "System.IO.IOException",
    "System.IO.EndOfStreamException": "System.IO.IOException",
    "System.IO.FileNotFoundException": "System.IO.IOException",
    "System.IO.PathTooLongException": "System.IO.IOException",
    "System.Net.WebException": "System.InvalidOperationException",
    "System.Security.SecurityException": "System.SystemException",
    "System.Security.Cryptography.CryptographicException": "System.SystemException",
    _A + "RuntimeException": "System.SystemException",
    _A + "ActionPreferenceStopException": _A + "RuntimeException",
    _A + "CmdletInvocationException": _A + "RuntimeException",
    _A + "CommandNotFoundException": _A + "RuntimeException",
    _A + "MethodException": _A + "ExtendedTypeSystemException",
    _A + "MethodInvocationException": _A + "MethodException",
    _A + "ExtendedTypeSystemException": _A + "RuntimeException",
    _A + "SetValueException": _A + "ExtendedTypeSystemException",
    _A + "SetValueInvocationException": _A + "SetValueException",
    _A + "GetValueException": _A + "ExtendedTypeSystemException",
    _A + "GetValueInvocationException": _A + "GetValueException",
    _A + "ParameterBindingException": _A + "RuntimeException",
    _A + "ParameterBindingValidationException": _A + "ParameterBindingException",
    _A + "ParameterBindingArgumentTransformationException": _A + "ParameterBindingException",
    _A + "ParseException": _A + "RuntimeException",
    _A + "PSArgumentException": "System.ArgumentException",
    _A + "PSArgumentNullException": "System.ArgumentNullException",
    _A + "PSInvalidCastException": "System.InvalidCastException",
    _A + "PSInvalidOperationException": "System.InvalidOperationException",
    _A + "RemoteException": _A + "RuntimeException",
    _A + "SessionStateException": _A + "RuntimeException",
    _A + "SessionStateUnauthorizedAccessException": _A + "SessionStateException",
    _A + "ItemNotFoundException": _A + "SessionStateException",
    _A + "DriveNotFoundException": _A + "SessionStateException",
    _A + "ProviderNotFoundException": _A + "SessionStateException",
    _A + "PropertyNotFoundException": _A + "ExtendedTypeSystemException",
    _A + "ScriptCallDepthException": "System.SystemException",
    "Microsoft.PowerShell.Commands.WriteErrorException": "System.SystemException",
    "Microsoft.PowerShell.Commands.ServiceCommandException": "System.SystemException",
    "Microsoft.PowerShell.Commands.ProcessCommandException": "System.SystemException",
}
_INTERFACES = {
    "list": ("System.Collections.IList", "System.Collections.ICollection", "System.Collections.IEnumerable"),
    "Table": ("System.Collections.IDictionary", "System.Collections.ICollection", "System.Collections.IEnumerable"),
    "str": ("System.IComparable", "System.Collections.IEnumerable"),
    "int": ("System.IComparable", "System.IFormattable"),
}


_EXCEPTIONS = {name.lower(): name for name in ("System.Exception", *EXCEPTION_BASES)}


def exception_name(name: str) -> str | None:
    """The full name of the exception type that a script calls so, with or without System; None if there is none."""
    return _EXCEPTIONS.get(name.lower()) or _EXCEPTIONS.get(f"system.{name.lower()}")


def exception_chain(name: str) -> list[str]:
    """An exception type and what it derives from, down to System.Object."""
    chain = [name]
    while chain[-1] != "System.Exception" and chain[-1] in EXCEPTION_BASES:
        chain.append(EXCEPTION_BASES[chain[-1]])
    if chain[-1] != "System.Exception":
        chain.append("System.Exception")
    return [*chain, "System.Object"]


def type_chain(value: object, table: "TypeTable") -> list[str]:
    """The PSTypeNames of a value."""
    if value is None:
        return []
    if isinstance(value, values.PsException):
        return exception_chain(value.type_name)
    if isinstance(value, values.PsObject):
        return _extended(value.type_names, table)
    name = type_name(value)
    if name.endswith("[]"):
        return [name, "System.Array", "System.Object"]
    if isinstance(value, values.EnumValue):
        return [name, "System.Enum", "System.ValueType", "System.Object"]
    if isinstance(value, int | float):
        return [name, "System.ValueType", "System.Object"]
    known = [one.name for one in table.lineage(name)]
    return _with_object(known or [name])


def _extended(names: list[str], table: "TypeTable") -> list[str]:
    found = list(names)
    for one in table.lineage(names[0]) if names else ():
        if one.name not in found:
            found.insert(len(found) - int(found[-1] == "System.Object"), one.name)
    return _with_object(found)


def _with_object(names: list[str]) -> list[str]:
    return names if names[-1] == "System.Object" else [*names, "System.Object"]


def interfaces(value: object) -> tuple[str, ...]:
    """The interfaces -is knows of a value."""
    for kind in type(value).__mro__:
        if kind.__name__ in _INTERFACES:
            return _INTERFACES[kind.__name__]
    return ()
