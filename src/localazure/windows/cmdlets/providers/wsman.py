r"""The provider WSMan: ``WSMan:\localhost\Service\Auth\Basic``, ``...\Listener\Listener_<number>``."""

from __future__ import annotations

from collections.abc import Mapping

from localazure.windows.cmdlets.providers.base import Provider
from localazure.windows.cmdlets.providers.wsman_listeners import Listeners
from localazure.windows.cmdlets.providers.wsman_mappings import Mappings
from localazure.windows.cmdlets.providers.wsman_objects import Collection, container, leaf, refused
from localazure.windows.cmdlets.session import machine_of
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.services import Status
from localazure.windows.machine.wsman import DEFAULTS, WsMan
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.values import CaselessDict, PsObject

_HOST = "localhost"
NEW_ITEM_OPTIONS = (*Listeners.options, *Mappings.options)
"""What New-Item takes for a thing in one of the collections; Credential is a parameter that it has anyway."""


class WsManProvider(Provider):
    """Settings are leaves of a tree; listeners and the mappings of certificates, collections beside it."""

    name = "WSMan"
    module = "Microsoft.WSMan.Management"

    def __init__(self, engine: EngineApi) -> None:
        super().__init__(engine)
        self.machine = machine_of(engine)
        self.wsman = WsMan(self.machine.registry)
        collections: tuple[Collection, ...] = (Listeners(engine), Mappings(engine))
        self._collections = {each.title.lower(): each for each in collections}

    def exists(self, path: str) -> bool:
        if not path or path.lower() == _HOST:
            return True
        head, below = _split(path)
        if head.lower() != _HOST:
            return False
        if collection := self._collection(below):
            return _in_collection(collection, below)
        return any(name.lower() == below.lower() or name.lower().startswith(f"{below.lower()}\\") for name in DEFAULTS)

    def is_container(self, path: str) -> bool:
        below = _split(path)[1]
        if self._collection(below):
            return below.count("\\") < 2
        return below.lower() not in {name.lower() for name in DEFAULTS}

    def item(self, path: str) -> PsObject:
        self.require(path)
        below, name = _split(path)[1], path.rpartition("\\")[2]
        collection, parts = self._collection(below), below.split("\\")
        if collection and len(parts) == 2:
            return collection.item(parts[1])
        if collection and len(parts) == 3:
            field = _field(collection, parts[2])
            return leaf(field, collection.value(parts[1], field))
        if self.is_container(path):
            return container(name)
        return leaf(next(n for n in DEFAULTS if n.lower() == below.lower()).rpartition("\\")[2], self.wsman.get(below))

    def child_names(self, path: str) -> list[str]:
        if not path:
            return [_HOST]
        below = _split(path)[1]
        if collection := self._collection(below):
            return list(collection.fields) if "\\" in below else collection.names()
        own = [] if below else [each.title for each in self._collections.values()]
        return [*self.wsman.below(below), *own]

    def new_item(self, path: str, kind: str, value: object, options: Mapping[str, object]) -> PsObject:  # noqa: ARG002
        below = _split(path)[1]
        collection = self._collection(below)
        if collection is None or "\\" in below:
            raise self.unsupported()
        given = CaselessDict(dict(options))
        return collection.new({name: given[name] for name in collection.options if name in given})

    def set_item(self, path: str, value: object) -> None:
        self._need_service()
        below = _split(path)[1]
        if collection := self._collection(below):
            self._change(collection, below.split("\\"), self.engine.to_text(value))
            return
        kept = value if isinstance(value, bool | int) else self.engine.to_text(value)
        try:
            self.wsman.set(below, kept)
        except MachineError as failure:
            if failure.code == 87:
                raise refused("The parameter is incorrect. ") from failure
            raise

    def remove_item(self, path: str, *, recurse: bool, force: bool) -> None:  # noqa: ARG002
        below = _split(path)[1]
        collection = self._collection(below)
        if collection is None or below.count("\\") != 1:
            raise self.unsupported()
        collection.remove(below.split("\\")[1])

    def _change(self, collection: Collection, parts: list[str], text: str) -> None:
        try:
            _, name, field = parts
            collection.change(name, _field(collection, field), text)
        except (KeyError, ValueError):
            raise self.unsupported() from None

    def _collection(self, below: str) -> Collection | None:
        return self._collections.get(below.partition("\\")[0].lower())

    def _need_service(self) -> None:
        if self.machine.services.status("WinRM") is not Status.RUNNING:
            raise refused(
                "The client cannot connect to the destination specified in the request. Verify that the service on the "
                "destination is running and is accepting requests."
            )


def _in_collection(collection: Collection, below: str) -> bool:
    _, *rest = below.lower().split("\\")
    if rest and rest[0] not in {name.lower() for name in collection.names()}:
        return False
    return len(rest) < 2 or rest[1] in {field.lower() for field in collection.fields}


def _field(collection: Collection, name: str) -> str:
    """As Windows writes it. Raises KeyError."""
    return {field.lower(): field for field in collection.fields}[name.lower()]


def _split(path: str) -> tuple[str, str]:
    head, _, below = path.partition("\\")
    return head, below
