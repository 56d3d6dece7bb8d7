"""The texts of the product's .ps1 files, and values written into them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.resources import files

Value = str | int | bool | Iterable[str]
WRITE_OUT = "powershell/write_out.ps1"
"""Defines ``Write-ToDisk``."""


def script(*paths: str, **variables: Value) -> str:
    """The texts of .ps1 files, by their paths in the package, one after the other behind lines that set variables."""
    return with_variables("".join(_text(path) for path in paths), variables)


def with_variables(text: str, variables: Mapping[str, Value]) -> str:
    """Set variables in front of a script; names are PowerShell's, without the dollar."""
    return "".join(f"${name} = {literal(value)}\n" for name, value in variables.items()) + text


def literal(value: Value) -> str:
    """The value as PowerShell writes it: nothing in it is code."""
    if isinstance(value, bool):
        return "$true" if value else "$false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    return "@(" + ", ".join(map(quoted, value)) + ")"


def quoted(text: str) -> str:
    """The text between single quotes. PowerShell takes typographic ones for quotes, too (about_Quoting_Rules)."""
    doubled = re.sub("['‘’‚‛]", lambda found: found[0] * 2, text)  # noqa: RUF001 - these are the point
    return f"'{doubled}'"


def _text(path: str) -> str:
    resource = files("mintage")
    for part in path.split("/"):
        resource = resource / part
    return resource.read_text(encoding="utf-8")
