"""The names of .NET types: PowerShell's short ones, and the type of each Python value."""

import datetime as dt
import uuid
from decimal import Decimal

from localazure.windows.powershell import values
from localazure.windows.powershell.values import CaselessDict

ACCELERATORS = CaselessDict(
    {
        "adsi": "System.DirectoryServices.DirectoryEntry",
        "alias": "System.Management.Automation.AliasAttribute",
        "array": "System.Array",
        "bigint": "System.Numerics.BigInteger",
        "bool": "System.Boolean",
        "boolean": "System.Boolean",
        "byte": "System.Byte",
        "char": "System.Char",
        "cimsession": "Microsoft.Management.Infrastructure.CimSession",
        "datetime": "System.DateTime",
        "decimal": "System.Decimal",
        "double": "System.Double",
        "float": "System.Single",
        "guid": "System.Guid",
        "hashtable": "System.Collections.Hashtable",
        "int": "System.Int32",
        "int16": "System.Int16",
        "int32": "System.Int32",
        "int64": "System.Int64",
        "ipaddress": "System.Net.IPAddress",
        "long": "System.Int64",
        "mailaddress": "System.Net.Mail.MailAddress",
        "object": "System.Object",
        "ordered": "System.Collections.Specialized.OrderedDictionary",
        "pscredential": "System.Management.Automation.PSCredential",
        "pscustomobject": "System.Management.Automation.PSCustomObject",
        "psobject": "System.Management.Automation.PSObject",
        "psvariable": "System.Management.Automation.PSVariable",
        "ref": "System.Management.Automation.PSReference",
        "regex": "System.Text.RegularExpressions.Regex",
        "sbyte": "System.SByte",
        "scriptblock": "System.Management.Automation.ScriptBlock",
        "securestring": "System.Security.SecureString",
        "single": "System.Single",
        "string": "System.String",
        "switch": "System.Management.Automation.SwitchParameter",
        "timespan": "System.TimeSpan",
        "type": "System.Type",
        "uint16": "System.UInt16",
        "uint32": "System.UInt32",
        "uint64": "System.UInt64",
        "uri": "System.Uri",
        "version": "System.Version",
        "void": "System.Void",
        "wmi": "System.Management.ManagementObject",
        "x509certificate": "System.Security.Cryptography.X509Certificates.X509Certificate",
        "x509certificate2": "System.Security.Cryptography.X509Certificates.X509Certificate2",
        "xml": "System.Xml.XmlDocument",
    }
)
_SHORT = {full.lower(): short for short, full in reversed(list(ACCELERATORS.items()))} | {
    "system.int32": "int",
    "system.int64": "long",
    "system.boolean": "bool",
    "system.single": "float",
    "system.uint16": "uint16",
}
_SIMPLE: dict[type, str] = {
    str: "System.String",
    bool: "System.Boolean",
    float: "System.Double",
    list: "System.Object[]",
    values.Char: "System.Char",
    values.Single: "System.Single",
    Decimal: "System.Decimal",
    bytearray: "System.Byte[]",
    bytes: "System.Byte[]",
    tuple: "System.Object[]",
    dt.datetime: "System.DateTime",
    dt.timedelta: "System.TimeSpan",
    uuid.UUID: "System.Guid",
    values.PsVersion: "System.Version",
    values.ScriptBlock: "System.Management.Automation.ScriptBlock",
    values.SecureString: "System.Security.SecureString",
    values.SwitchParameter: "System.Management.Automation.SwitchParameter",
    values.TypeLiteral: "System.RuntimeType",
    values.ErrorRecord: "System.Management.Automation.ErrorRecord",
}


def full_name(name: str) -> str:
    """A type's full name: short names resolved, also within [] and for arrays; unknown names as they are."""
    if name.endswith("[]"):
        return full_name(name[:-2]) + "[]"
    return str(ACCELERATORS.get(name, name))


def short_name(name: str) -> str:
    """A type as "$([int])" shows it: its short name where PowerShell has one."""
    if name.endswith("[]"):
        return short_name(name[:-2]) + "[]"
    return str(_SHORT.get(name.lower(), name))


def type_name(value: object) -> str:
    """The full .NET name of a value's type; empty for $null."""
    found = _SIMPLE.get(type(value))
    if found is not None:
        return found
    if isinstance(value, values.Sized | values.EnumValue | values.PsException | values.PsObject):
        return value.type_name
    if isinstance(value, int):
        return "System.Int32" if -(2**31) <= value < 2**31 else "System.Int64"
    return _named_container(value)


def _named_container(value: object) -> str:
    if isinstance(value, values.PsList):
        return f"{value.type_name}[{value.element}]" if value.element else value.type_name
    if isinstance(value, values.TypedArray):
        return value.element + "[]"
    if isinstance(value, values.Table):
        return value.type_name
    return "" if value is None else str(getattr(value, "type_name", "System.Object"))
