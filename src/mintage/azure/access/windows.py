"""WinRM over HTTPS: opened by Azure's own channel, which also brings the certificate the VM made."""

from __future__ import annotations

from mintage.artifacts import WinrmAddress
from mintage.azure.access.base import Profile, RunningVm
from mintage.azure.clients import Clients
from mintage.azure.run_command import run_script
from mintage.azure.together import Waiting
from mintage.build_plan import BuildPlan
from mintage.client_certificate import ClientCertificate, sealed_for, upn
from mintage.credentials import BuildKeys, Secret
from mintage.names import BUILD_USER, VERIFICATION_USER
from mintage.powershell import WRITE_OUT, parse_answer, script
from mintage.recipe import WindowsRecipe
from mintage.remote.winrm.credential import Credential
from mintage.settings import Settings
from mintage.windows_login import credential_of


class WindowsAccess:
    service = "winrm"
    port = 5986

    def __init__(self, recipe: WindowsRecipe) -> None:
        self._recipe = recipe

    def outside_port(self, settings: Settings) -> int:
        return settings.winrm_port

    def build_profile(self, plan: BuildPlan, keys: BuildKeys) -> Profile:
        return _profile(plan.names.computer(), BUILD_USER, keys.administrator_password())

    def verification_profile(self, plan: BuildPlan, keys: BuildKeys, number: int) -> Profile:
        return _profile(plan.names.computer(number), VERIFICATION_USER, keys.verification_password())

    def build_address(
        self,
        clients: Clients,
        settings: Settings,
        plan: BuildPlan,
        keys: BuildKeys,
        running: RunningVm,
    ) -> Waiting[WinrmAddress]:
        credential = credential_of(plan, self._recipe, keys, BUILD_USER)
        return (yield from opened(clients, running, settings.winrm_port, BUILD_USER, credential))


def opened(clients: Clients, running: RunningVm, port: int, user: str, credential: Credential) -> Waiting[WinrmAddress]:
    """Make certificate, listener and firewall rule, or find those made earlier; let the user in as the credential says.

    Raises what ``run_command.run_script`` does.
    """
    opening = _way_in("open_winrm", Address=running.host, Authentication=credential.auth)
    text = yield from run_script(clients, running.group, running.name, opening)
    answer = parse_answer(text, where=running.name)
    address = WinrmAddress(host=running.host, port=port, user=user, certificate=_pem(str(answer["certificate"])))
    if credential.certificate is not None:
        mapping = _mapping(user, credential.certificate, sealed_for(address.certificate, credential.password_text()))
        parse_answer((yield from run_script(clients, running.group, running.name, mapping)), where=running.name)
    return address


def _mapping(user: str, certificate: ClientCertificate, sealed_password: str) -> str:
    """The password must come with it, and the text stays on the VM's disk: so only the VM can read it there."""
    body = "".join(line for line in certificate.certificate.splitlines() if not line.startswith("-----"))
    return _way_in("map_certificate", User=user, Subject=upn(user), Certificate=body, Password=sealed_password)


def _way_in(name: str, **given: str) -> str:
    """A script that marks what it changes and writes it out, so that a loss of power keeps or loses both."""
    return script(WRITE_OUT, "azure/access/marks.ps1", f"azure/access/{name}.ps1", **given)


def _pem(base64: str) -> str:
    lines = (base64[start : start + 64] for start in range(0, len(base64), 64))
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])


def _profile(computer_name: str, user: str, password: Secret) -> Profile:
    return {
        "computerName": computer_name,
        "adminUsername": user,
        "adminPassword": password.text,
        "windowsConfiguration": {
            "provisionVMAgent": True,
            # Updates come by the recipe, not in the middle of it.
            "enableAutomaticUpdates": False,
        },
    }
