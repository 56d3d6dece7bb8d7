"""What localazure refuses, it refuses in the words that Azure was seen or documented to use (shared/evidence)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from tests.contract.conftest import Azure
from tests.support.compute import Compute
from tests.support.evidence import read_evidence
from tests.support.network import Net
from tests.support.shelf import DEBIAN, Shelf

_VARIES = re.compile(r"'?\{\w*\}'?|/subscriptions/\S+|'[^']*'|(?<=Subnet )\S+")
"""What of a recorded message belongs to the one case that was recorded: placeholders, ids, quoted names."""


@dataclass(frozen=True)
class Words:
    """The refusals of the evidence."""

    known: tuple[tuple[int, str, re.Pattern[str]], ...]

    def demand(self, error: HttpResponseError) -> None:
        """Fail unless status, code and message are those of one known refusal."""
        assert error.error is not None
        status, code, message = error.status_code, error.error.code, str(error.error.message)
        same_code = [pattern.pattern for known, name, pattern in self.known if (known, name) == (status, code)]
        assert any(re.fullmatch(pattern, message, re.DOTALL) for pattern in same_code), (
            f"{status} {code}: {message}\nknown with this code: {same_code}"
        )


@pytest.fixture(scope="module")
def words() -> Words:
    documented = [(each["http"], each["code"], each["message"]) for each in read_evidence("error-templates.json")]
    recorded = [
        (each["status"], error["code"], error["message"])
        for each in read_evidence("errors-on-the-wire.json")
        if each["status"] >= 400 and (error := each["body"].get("error"))
    ]
    return Words(tuple((status, code, _pattern(text)) for status, code, text in [*documented, *recorded]))


def _pattern(text: str) -> re.Pattern[str]:
    # The evidence cuts long messages short with dots, so what follows them is free.
    fixed = [re.escape(part) for part in _VARIES.split(text.removesuffix("..."))]
    return re.compile(".+?".join(fixed) + (".*" if text.endswith("...") else ""), re.DOTALL)


Call = Callable[[], Any]


@pytest.fixture(scope="module")
def machines(azure: Azure) -> Iterator[Compute]:
    """Two machines: ``vm`` runs, ``sealed`` is generalized and deallocated."""
    group = "refusal-words"
    azure.resources.resource_groups.create_or_update(group, {"location": "westeurope"})
    compute = Compute(azure, group)
    compute.vm()
    compute.generalized_vm("sealed")
    yield compute
    azure.resources.resource_groups.begin_delete(group).wait()


def test_machines_are_refused_in_azures_words(machines: Compute, words: Words) -> None:
    client, group = machines.client.virtual_machines, machines.group
    taken = client.get(group, "vm").storage_profile.os_disk.managed_disk.id
    refused: list[Call] = [
        lambda: machines.act("start", "sealed"),
        lambda: machines.act("restart", "sealed"),
        lambda: client.generalize(group, "vm"),
        lambda: machines.image(sourceVirtualMachine={"id": machines.id_of("virtualMachines", "vm")}),
        lambda: client.get(group, "gone"),
        lambda: client.get("gone", "gone"),
        partial(_put, machines, hardwareProfile={"vmSize": "Standard_X1"}),
        partial(_put, machines, storageProfile={"imageReference": DEBIAN | {"offer": "debian-99"}}),
        partial(_put, machines, osDisk={"createOption": "FromImage", "diskSizeGB": 1}),
        partial(_put, machines, dataDisks=[_disk(lun) for lun in range(5)]),
        partial(_put, machines, dataDisks=[{"lun": 0, "createOption": "Attach", "managedDisk": {"id": taken}}]),
    ]
    _demand_all(refused, words)


def test_a_machine_that_is_busy_or_stopped_says_so_in_azures_words(
    machines: Compute, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    machines.act("power_off")
    _demand_all([lambda: machines.act("restart")], words)
    machines.act("deallocate")
    _demand_all([lambda: machines.act("restart"), lambda: machines.act("power_off")], words)
    busy = machines.azure.server.cloud.operations
    for under_way in ("start", "delete"):
        effect = type("UnderWay", (), {"effect": f"Microsoft.Compute/virtualMachines#{under_way}"})
        monkeypatch.setattr(busy, "busy", lambda *_, effect=effect, **__: effect)
        _demand_all([lambda: machines.act("start"), lambda: machines.patch("vm", {"tags": {}})], words)
    monkeypatch.undo()
    machines.act("start")


def test_galleries_are_refused_in_azures_words(azure: Azure, group: str, words: Words) -> None:
    shelf = Shelf(azure, group)
    versions, gallery = shelf.client.gallery_image_versions, shelf.gallery
    shelf.version()
    shelf.define("old", hyperVGeneration="V1", features=None)
    disk = f"{shelf.root}/disks/disk"
    other = shelf.disk("other")
    direct: Any = {"storageProfile": {"source": {"id": disk}, "osDiskImage": {"source": {"id": disk}}}}
    refused: list[Call] = [
        lambda: shelf.client.galleries.begin_delete(group, gallery),
        lambda: shelf.client.gallery_images.begin_delete(group, gallery, "web"),
        lambda: shelf.version("1.0"),
        lambda: shelf.version(source=other),
        lambda: shelf.version("2.0.0", disk, image="old"),
        lambda: shelf.version("2.0.0", disk, targetRegions=[{"name": "northeurope"}]),
        lambda: shelf.version("2.0.0", disk, targetRegions=[{"name": "westeurope"}, {"name": "West Europe"}]),
        lambda: shelf.version("2.0.0", "disk"),
        lambda: shelf.version("2.0.0", f"{shelf.root}/disks/gone"),
        lambda: shelf.version("2.0.0", f"{shelf.root}/images/disk"),
        lambda: shelf.put_version("2.0.0", {"storageProfile": {"source": {"id": disk}}}),
        lambda: shelf.put_version("2.0.0", direct),
        lambda: versions.get(group, gallery, "web", "9.9.9"),
    ]
    _demand_all(refused, words)


def test_networks_in_use_are_refused_in_azures_words(machines: Compute, words: Words) -> None:
    net = Net(machines.azure, machines.group)
    nsg, pip = net.security_group(), net.public_ip()
    net.nic("other", networkSecurityGroup={"id": nsg.id}, publicIPAddress={"id": pip.id})
    client, group = net.client, net.group
    refused: list[Call] = [
        lambda: client.network_interfaces.begin_delete(group, "vm-nic"),
        lambda: client.network_security_groups.begin_delete(group, "nsg"),
        lambda: client.public_ip_addresses.begin_delete(group, "pip"),
        lambda: client.virtual_networks.begin_delete(group, "net"),
        lambda: client.subnets.begin_delete(group, "net", "default"),
        lambda: client.virtual_networks.get(group, "gone"),
    ]
    _demand_all(refused, words)


def test_words_of_localazures_own_are_seen_to_be_that(azure: Azure, words: Words) -> None:
    with pytest.raises(HttpResponseError) as caught:
        azure.resources.resource_groups.create_or_update("nowhere", {"location": "atlantis"})
    with pytest.raises(AssertionError, match="LocationNotAvailableForResourceGroup"):
        words.demand(caught.value)


def _put(compute: Compute, **changes: Any) -> None:
    """Ask for a machine with changes to its properties or to its storage."""
    body = compute.body("new", nic=f"{compute.net.root}/networkInterfaces/new")
    for key, value in changes.items():
        place = body["properties"] if key in body["properties"] else body["properties"]["storageProfile"]
        place[key] = value
    compute.put("new", body)


def _disk(lun: int) -> dict[str, Any]:
    return {"lun": lun, "createOption": "Empty", "diskSizeGB": 1}


def _demand_all(refused: list[Call], words: Words) -> None:
    problems = []
    for call in refused:
        with pytest.raises(HttpResponseError) as caught:
            call()
        try:
            words.demand(caught.value)
        except AssertionError as problem:
            problems.append(str(problem))
    assert not problems, "\n".join(problems)
