r"""``WSMan:\localhost\ClientCertificate``: which account a client's certificate stands for."""

from __future__ import annotations

import zlib

from localazure.windows.cmdlets.credentials import user_and_password
from localazure.windows.cmdlets.providers.wsman_objects import container, refused
from localazure.windows.cmdlets.session import machine_of
from localazure.windows.machine.certificate_mappings import CertificateMapping, CertificateMappings
from localazure.windows.machine.errors import MachineError, NotFound
from localazure.windows.machine.passwords import nt_hash
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.values import PsObject

_NEEDED = ("Issuer", "Credential")


class Mappings:
    """A ``wsman_objects.Collection``. What a mapping says of its password is nothing, as in Windows."""

    title, fields = "ClientCertificate", ("URI", "Subject", "Issuer", "UserName", "Enabled", "Password")
    options = ("Issuer", "Subject", "URI", "Credential", "Enabled")

    def __init__(self, engine: EngineApi) -> None:
        machine = machine_of(engine)
        self._engine, self._users = engine, machine.users
        self._mappings = CertificateMappings(machine.registry)

    def names(self) -> list[str]:
        return [_name(each) for each in self._mappings.all()]

    def item(self, name: str) -> PsObject:
        return _container(self._mapping(name))

    def value(self, name: str, field: str) -> object:
        known = self._mapping(name)
        shown = (known.uri, known.subject, known.issuer, known.user, known.enabled, "")
        return dict(zip(self.fields, shown, strict=True))[field]

    def new(self, options: dict[str, object]) -> PsObject:
        for needed in _NEEDED:
            if not options.get(needed):
                raise refused(f"The {needed} parameter of a client certificate is missing.")
        if (uri := str(options.get("URI", "*"))) != "*":
            raise refused(f"The model maps client certificates for the URI * alone, not for {uri}.")
        user, password = user_and_password(self._engine, options["Credential"])
        if not self._users.check_password(user, password):
            # Windows logs the account on before it keeps the mapping.
            raise refused("The user name or password is incorrect. ")
        mapping = CertificateMapping(
            issuer=str(options["Issuer"]).replace(" ", ""),
            subject=str(options.get("Subject", "*")),
            uri=uri,
            user=user,
            nt_hash=nt_hash(password),
            enabled=bool(options.get("Enabled", True)),
        )
        try:
            self._mappings.add(mapping)
        except MachineError as failure:
            raise refused("The WS-Management service cannot create the resource because it already exists. ") from (
                failure
            )
        return _container(mapping)

    def change(self, name: str, field: str, text: str) -> None:
        known = self._mapping(name)
        self._mappings.replace(known, {"Enabled": lambda: known.switched(on=text.lower() == "true")}[field]())

    def remove(self, name: str) -> None:
        self._mappings.remove(self._mapping(name))

    def _mapping(self, name: str) -> CertificateMapping:
        found = next((each for each in self._mappings.all() if _name(each).lower() == name.lower()), None)
        if found is None:
            raise NotFound(name)
        return found


def _name(mapping: CertificateMapping) -> str:
    return f"ClientCertificate_{zlib.crc32(mapping.name.encode()) & 0x7FFFFFFF}"


def _container(mapping: CertificateMapping) -> PsObject:
    keys: dict[str, object] = {"URI": mapping.uri, "Subject": mapping.subject, "Issuer": mapping.issuer}
    return container(_name(mapping), keys)
