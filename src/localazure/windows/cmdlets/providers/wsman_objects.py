"""What WSMan: shows of a setting, and of what holds settings; and how it refuses."""

from __future__ import annotations

from typing import Protocol

from localazure.windows.powershell.errors import PsError, error
from localazure.windows.powershell.values import PsObject, TypedArray

_LEAF = "Microsoft.WSMan.Management.WSManConfigLeafElement"
_CONTAINER = "Microsoft.WSMan.Management.WSManConfigContainerElement"


class Collection(Protocol):
    r"""A container of things that are made and removed, each with the same fields: ``WSMan:\localhost\Listener``."""

    @property
    def title(self) -> str: ...

    @property
    def fields(self) -> tuple[str, ...]: ...

    @property
    def options(self) -> tuple[str, ...]:
        """What New-Item takes for it, in the writing of Windows."""

    def names(self) -> list[str]:
        """Of what is in it."""

    def item(self, name: str) -> PsObject:
        """One of them, by its name in any case. Raises NotFound."""

    def value(self, name: str, field: str) -> object:
        """Raises NotFound."""

    def new(self, options: dict[str, object]) -> PsObject:
        """Make one. Raises PsError when it is there, or something is missing for it."""

    def change(self, name: str, field: str, text: str) -> None:
        """Raises NotFound; KeyError for a field that cannot be changed."""

    def remove(self, name: str) -> None:
        """Raises NotFound."""


def container(name: str, keys: dict[str, object] | None = None) -> PsObject:
    """``keys`` is what tells it from its like."""
    shown = [f"{key}={value}" for key, value in (keys or {}).items()]
    properties = {"Type": "Container", "Keys": TypedArray(shown, "System.String"), "Name": name, "PSIsContainer": True}
    return PsObject.typed(_CONTAINER, properties, text=_CONTAINER)


def leaf(name: str, value: object) -> PsObject:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    properties = {"SourceOfValue": "", "Value": text, "Name": name, "Type": "System.String", "PSIsContainer": False}
    return PsObject.typed(_LEAF, properties, text=_LEAF)


def refused(text: str) -> PsError:
    return error("System.InvalidOperationException", text, "WsManError", "InvalidOperation")
