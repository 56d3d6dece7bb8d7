r"""The provider Certificate: ``Cert:\LocalMachine\My\<thumbprint>``."""

from __future__ import annotations

from localazure.windows.cmdlets.certificate_objects import certificate_object
from localazure.windows.cmdlets.providers.base import Provider
from localazure.windows.cmdlets.session import machine_of, user_of
from localazure.windows.machine.certificates import Certificates, StoredCertificate
from localazure.windows.machine.errors import NotFound
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.values import PsObject

LOCATIONS = ("CurrentUser", "LocalMachine")


class CertificateProvider(Provider):
    name = "Certificate"
    module = "Microsoft.PowerShell.Security"

    def __init__(self, engine: EngineApi) -> None:
        super().__init__(engine)
        self.certificates: Certificates = machine_of(engine).certificates

    def exists(self, path: str) -> bool:
        parts = _parts(path)
        if not parts:
            return True
        if parts[0].lower() not in {each.lower() for each in LOCATIONS} or len(parts) > 3:
            return False
        if len(parts) > 1 and parts[1].lower() not in {each.lower() for each in self.certificates.stores()}:
            return False
        return len(parts) < 3 or any(each.thumbprint == parts[2].upper() for each in self.stored(parts[0], parts[1]))

    def is_container(self, path: str) -> bool:
        return len(_parts(path)) < 3

    def stored(self, location: str, store: str) -> list[StoredCertificate]:
        return self.certificates.all(store, location, self.owner(location))

    def owner(self, location: str) -> str:
        return user_of(self.engine).sid if location.lower() == "currentuser" else ""

    def item(self, path: str) -> PsObject:
        self.require(path)
        parts = _parts(path)
        if len(parts) == 3:
            return certificate_object(self._find(path))
        if len(parts) == 2:
            kind = "System.Security.Cryptography.X509Certificates.X509Store"
            return PsObject.typed(kind, {"Name": parts[1], "Location": parts[0], "PSIsContainer": True})
        kind = "Microsoft.PowerShell.Commands.X509StoreLocation"
        properties = {"Location": parts[0] if parts else "", "StoreNames": self.certificates.stores()}
        return PsObject.typed(kind, {**properties, "PSIsContainer": True})

    def child_names(self, path: str) -> list[str]:
        parts = _parts(path)
        if not parts:
            return list(LOCATIONS)
        if len(parts) == 1:
            return self.certificates.stores()
        return [each.thumbprint for each in self.stored(parts[0], parts[1])] if len(parts) == 2 else []

    def remove_item(self, path: str, *, recurse: bool, force: bool) -> None:  # noqa: ARG002
        if len(_parts(path)) != 3:
            raise self.unsupported()
        self.certificates.remove(self._find(path))

    def move_item(self, path: str, target: str, *, force: bool) -> str:  # noqa: ARG002
        location, store = _parts(target)[:2]
        found = self._find(path)
        self.certificates.remove(found)
        moved = found.model_copy(update={"location": location, "store": store, "owner": self.owner(location)})
        self.certificates.add(moved)
        return f"{location}\\{store}\\{found.thumbprint}"

    def _find(self, path: str) -> StoredCertificate:
        location, store, thumbprint = _parts(path)
        for each in self.stored(location, store):
            if each.thumbprint == thumbprint.upper():
                return each
        raise NotFound(path)


def _parts(path: str) -> list[str]:
    return [part for part in path.split("\\") if part]
