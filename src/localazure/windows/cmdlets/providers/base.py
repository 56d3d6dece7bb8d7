"""What a provider is: a tree of items under paths of its own."""

from __future__ import annotations

from collections.abc import Mapping

from localazure.windows.machine.errors import NotFound
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.errors import PsError, error
from localazure.windows.powershell.values import PsObject


class Provider:
    r"""One provider for one running PowerShell. Paths are the provider's own, such as ``HKEY_LOCAL_MACHINE\SOFTWARE``.

    What a provider does not override it does not support, and says so as PowerShell does. Methods raise MachineError.
    """

    name = ""
    module = "Microsoft.PowerShell.Core"

    def __init__(self, engine: EngineApi) -> None:
        self.engine = engine

    def exists(self, path: str) -> bool:
        raise NotImplementedError

    def is_container(self, path: str) -> bool:
        return not path

    def item(self, path: str) -> PsObject:
        """The item there, without what every item has (PSPath ...). Raises NotFound."""
        raise NotImplementedError

    def child_names(self, path: str) -> list[str]:
        """Of a container, in the order they are listed."""
        raise NotImplementedError

    def is_hidden(self, path: str) -> bool:  # noqa: ARG002 - providers differ
        return False

    def new_item(self, path: str, kind: str, value: object, options: Mapping[str, object]) -> PsObject:  # noqa: ARG002
        raise self.unsupported()

    def set_item(self, path: str, value: object) -> None:  # noqa: ARG002
        raise self.unsupported()

    def clear_item(self, path: str) -> None:  # noqa: ARG002
        raise self.unsupported()

    def remove_item(self, path: str, *, recurse: bool, force: bool) -> None:  # noqa: ARG002
        raise self.unsupported()

    def rename_item(self, path: str, name: str) -> str:  # noqa: ARG002
        """Returns the new path."""
        raise self.unsupported()

    def copy_item(self, path: str, target: str, *, recurse: bool, force: bool) -> list[str]:  # noqa: ARG002
        """Returns the paths of what was made."""
        raise self.unsupported()

    def move_item(self, path: str, target: str, *, force: bool) -> str:  # noqa: ARG002
        raise self.unsupported()

    def properties(self, path: str) -> dict[str, object]:  # noqa: ARG002
        raise self.unsupported("The provider does not support the use of properties.")

    def set_property(self, path: str, name: str, value: object, kind: str | None = None) -> None:  # noqa: ARG002
        raise self.unsupported("The provider does not support the use of properties.")

    def remove_property(self, path: str, name: str) -> None:  # noqa: ARG002
        raise self.unsupported("The provider does not support the use of properties.")

    def require(self, path: str) -> None:
        if not self.exists(path):
            raise NotFound(path)

    @staticmethod
    def unsupported(
        why: str = "Provider operation stopped because the provider does not support this operation.",
    ) -> PsError:
        return error("System.Management.Automation.PSNotSupportedException", why, "NotSupported", "NotImplemented")
