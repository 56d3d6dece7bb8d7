"""The first boot of an instance, as cloud-init with the Azure datasource does it."""

from __future__ import annotations

import html
import json
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from localazure.hypervisor.instant.userland import accounts

STATE = Path("/var/lib/cloud")
SUDOERS = Path("/etc/sudoers.d/90-cloud-init-users")
OVF_ENVIRONMENT = Path("/var/lib/waagent/ovf-env.xml")
SSH = Path("/etc/ssh")


class Instance(NamedTuple):
    vm_id: str
    computer_name: str
    admin_username: str
    ssh_public_keys: list[list[str]]
    """Pairs of path and key, as in the API's osProfile."""
    custom_data: str | None
    """Base64, as the API's caller sent it."""
    user_data: str
    """The same, decoded."""
    not_modelled: list[str]
    """Names in the cloud-config that this model does nothing about."""
    given_host_keys: dict[str, list[str]]
    """From the cloud-config's ssh_keys: type to private and public key."""
    spare_host_keys: dict[str, list[str]]
    """New ones, for an image that has none."""
    delete_host_keys: bool | None
    """The cloud-config's ssh_deletekeys; None leaves it to the image's cloud.cfg."""


def is_new(instance: Instance) -> bool:
    """cloud-init provisions again when the instance's id differs from the one it has on its disk."""
    known = STATE / "data/instance-id"
    return not (STATE / "instance").exists() or not known.exists() or known.read_text().strip() != instance.vm_id


def provision(instance: Instance, console: Callable[[str], None]) -> None:
    _state(instance)
    _ovf_environment(instance)
    Path("/etc/hostname").write_text(f"{instance.computer_name}\n")
    keys = [key for _, key in instance.ssh_public_keys]
    accounts.add_administrator(instance.admin_username, keys)
    SUDOERS.write_text(f"# Created by the model of cloud-init\n\n{instance.admin_username} ALL=(ALL) NOPASSWD:ALL\n")
    SUDOERS.chmod(0o440)
    public = _host_keys(instance)
    # cloud-init prints them so that who reads the serial log knows the host before the first connection.
    console(
        "-----BEGIN SSH HOST KEY KEYS-----\n"
        + "".join(f"{key}\n" for key in public)
        + "-----END SSH HOST KEY KEYS-----\n"
    )
    _logs(instance, console)


def _state(instance: Instance) -> None:
    folder = STATE / "instances" / instance.vm_id
    (folder / "sem").mkdir(parents=True, exist_ok=True)
    (STATE / "data").mkdir(exist_ok=True)
    link = STATE / "instance"
    link.unlink(missing_ok=True)
    link.symlink_to(f"/var/lib/cloud/instances/{instance.vm_id}")
    (folder / "user-data.txt").write_text(instance.user_data)
    (folder / "user-data.txt").chmod(0o600)
    (folder / "datasource").write_text("DataSourceAzure: DataSourceAzure [seed=/dev/sr0]\n")
    (folder / "boot-finished").write_text("The model of cloud-init finished.\n")
    (STATE / "data/instance-id").write_text(f"{instance.vm_id}\n")
    _remember_result()


def _remember_result() -> None:
    source = "DataSourceAzure [seed=/dev/sr0]"
    stage: dict[str, object] = {"errors": [], "start": None, "finished": None}
    stages = dict.fromkeys(("init-local", "init", "modules-config"), stage)
    (STATE / "data/result.json").write_text(json.dumps({"v1": {"datasource": source, "errors": []}}))
    (STATE / "data/status.json").write_text(json.dumps({"v1": {"datasource": source, "stage": None, **stages}}))


def tell_result() -> None:
    """At every boot cloud-init says in /run how it ended; who waits for it looks there."""
    for path in (STATE / "data/result.json", STATE / "data/status.json"):
        if path.exists():
            shutil.copy(path, Path("/run/cloud-init"))


def _ovf_environment(instance: Instance) -> None:
    """The copy that the Azure datasource keeps; waagent's ``-deprovision+user`` finds the user in it."""
    custom = f"<CustomData>{_escape(instance.custom_data)}</CustomData>" if instance.custom_data else ""
    OVF_ENVIRONMENT.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    OVF_ENVIRONMENT.write_text(
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<Environment xmlns="http://schemas.dmtf.org/ovf/environment/1" '
        'xmlns:wa="http://schemas.microsoft.com/windowsazure"><wa:ProvisioningSection><wa:Version>1.0</wa:Version>'
        '<LinuxProvisioningConfigurationSet xmlns="http://schemas.microsoft.com/windowsazure">'
        f"<HostName>{_escape(instance.computer_name)}</HostName><UserName>{_escape(instance.admin_username)}</UserName>"
        f"{custom}</LinuxProvisioningConfigurationSet></wa:ProvisioningSection></Environment>\n",
    )
    OVF_ENVIRONMENT.chmod(0o600)


def _escape(text: str) -> str:
    """Of text in XML; ``xml.sax.saxutils`` loads all of urllib and email for it."""
    return html.escape(text, quote=False)


def _host_keys(instance: Instance) -> list[str]:
    """cc_ssh deletes the image's host keys unless told not to, then writes the given ones or makes new ones."""
    if _deletes_host_keys(instance):
        for path in SSH.glob("ssh_host_*key*"):
            path.unlink()
    given, spare = instance.given_host_keys, instance.spare_host_keys
    missing = {kind: key for kind, key in spare.items() if not (SSH / f"ssh_host_{kind}_key").exists()}
    _write_host_keys(given or missing)
    return [path.read_text().strip() for path in sorted(SSH.glob("ssh_host_*_key.pub"))]


def replace_host_keys(keys: dict[str, list[str]]) -> None:
    """No boot does this: somebody else is at the host's address, or made it new keys."""
    for path in SSH.glob("ssh_host_*key*"):
        path.unlink()
    _write_host_keys(keys)


def _write_host_keys(keys: dict[str, list[str]]) -> None:
    for kind, (private, public) in keys.items():
        path = SSH / f"ssh_host_{kind}_key"
        path.write_text(private)
        path.chmod(0o600)
        path.with_suffix(".pub").write_text(f"{public}\n")


def _deletes_host_keys(instance: Instance) -> bool:
    if instance.delete_host_keys is not None:
        return instance.delete_host_keys
    files = [Path("/etc/cloud/cloud.cfg"), *sorted(Path("/etc/cloud/cloud.cfg.d").glob("*.cfg"))]
    found = [
        m for path in files if path.exists() for m in re.findall(r"(?m)^ssh_deletekeys:\s*(\w+)", path.read_text())
    ]
    return not found or found[-1].lower() in {"true", "yes", "1", "on"}


def _logs(instance: Instance, console: Callable[[str], None]) -> None:
    when = time.strftime("%Y-%m-%d %H:%M:%S")
    lines = [f"Cloud-init (localazure's model) finished at {when}. Datasource DataSourceAzure [seed=/dev/sr0]."]
    lines += [
        f"The model of cloud-init does nothing about {name!r} in the custom data." for name in instance.not_modelled
    ]
    console("".join(f"{line}\n" for line in lines))
    Path("/var/log/cloud-init-output.log").write_text("\n".join(lines) + "\n")
    Path("/var/log/cloud-init.log").write_text(
        f"{when} - model - provisioned {instance.vm_id} {instance.admin_username}\n"
    )
    Path("/var/log/waagent.log").write_text(f"{when} INFO Daemon Provisioning was left to cloud-init\n")
