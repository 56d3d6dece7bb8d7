"""SSH: a public key for the login, and a host key that the VM is given with its first boot."""

from __future__ import annotations

import base64
import json

from mintage.artifacts import Address
from mintage.azure.access.base import Profile, RunningVm
from mintage.azure.clients import Clients
from mintage.azure.together import Waiting
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys, KeyPair
from mintage.names import BUILD_USER, VERIFICATION_USER
from mintage.settings import Settings


class LinuxAccess:
    service = "ssh"
    port = 22

    def outside_port(self, settings: Settings) -> int:
        return settings.ssh_port

    def build_profile(self, plan: BuildPlan, keys: BuildKeys) -> Profile:
        name = plan.names.vm
        custom_data = host_key_config(keys.host_key(name)).encode()
        profile = _profile(name, BUILD_USER, keys.user_key())
        return profile | {"customData": base64.b64encode(custom_data).decode()}

    def verification_profile(self, plan: BuildPlan, keys: BuildKeys, number: int) -> Profile:
        return _profile(plan.names.verification_vm(number), VERIFICATION_USER, keys.verification_key())

    def build_address(
        self,
        clients: Clients,  # noqa: ARG002 - the host key is known before the VM is made
        settings: Settings,
        plan: BuildPlan,  # noqa: ARG002
        keys: BuildKeys,
        running: RunningVm,
    ) -> Waiting[Address]:
        yield from ()
        host_key = keys.host_key(running.name).public
        return Address(host=running.host, port=settings.ssh_port, user=BUILD_USER, host_key=host_key)


def host_key_config(key: KeyPair) -> str:
    """A cloud-config that gives the guest this host key and no other (cloud-init, module Set Passwords and SSH)."""
    keys = {"ed25519_private": key.private, "ed25519_public": key.public}
    return "#cloud-config\n" + json.dumps({"ssh_deletekeys": True, "ssh_keys": keys})


def _profile(computer_name: str, user: str, key: KeyPair) -> Profile:
    public = {"path": f"/home/{user}/.ssh/authorized_keys", "keyData": key.public}
    return {
        "computerName": computer_name,
        "adminUsername": user,
        "linuxConfiguration": {
            "disablePasswordAuthentication": True,
            "provisionVMAgent": True,
            "ssh": {"publicKeys": [public]},
        },
    }
