"""The VMs that prove an image: made from it, looked at from outside, and removed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from azure.core.exceptions import ResourceNotFoundError

from mintage.artifacts import Address, Artifact, ImageVersion
from mintage.azure.access import access_of
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document, Wanted, removed
from mintage.azure.errors import translating
from mintage.azure.gallery import definition_path
from mintage.azure.ids import resource_id
from mintage.azure.kept_images import short_region
from mintage.azure.last_seen import agent_status, telling_last_seen
from mintage.azure.machine import VM, Log, Machine, Refusals, data_disk, machine_made, no_log
from mintage.azure.network import host_of, public_address
from mintage.azure.pauses import ending_after
from mintage.azure.serial_log import read_serial_log
from mintage.azure.still_running import Watch
from mintage.azure.terms import purchase_plan
from mintage.azure.together import Waiting, finish_all
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.host_keys import from_serial_log
from mintage.names import BUILD_USER, VERIFICATION_USER
from mintage.placement import Placement
from mintage.recipe import in_seconds
from mintage.settings import Settings
from mintage.waiting import NotYet, wait_for

Result = TypeVar("Result")


class VerificationVm(Artifact):
    """A VM made from the image that is to be proved."""

    name: str
    resource_group: str
    resource_id: str
    location: str
    size: str
    host: str
    port: int
    user: str
    adopted: bool = False
    """It was there already, from an earlier attempt: nobody knows how often it booted since."""


def start_verification_vms(
    clients: Clients,
    settings: Settings,
    plan: BuildPlan,
    image_version: ImageVersion,
    keys: BuildKeys,
    count: int = 2,
    log: Log = no_log,
) -> tuple[VerificationVm, ...]:
    """Boot ``count`` VMs from the version at the same time, or adopt those that are there.

    They know ``VERIFICATION_USER`` by ``keys.verification_key()``, and make host keys of their own. Those of a
    specialized image have the build VM's accounts, and Azure gives them none.
    """
    machines = _machines(clients, plan, image_version, keys, count)
    refusals, adopted = Refusals(log), list[str]()
    making = {
        _vm_id(clients, plan, each.name): machine_made(clients, plan, each, refusals, adopted.append)
        for each in machines
    }
    with telling_last_seen(clients, plan.names.group, *(each.name for each in machines)):
        made = finish_all(making, seconds=in_seconds(plan.recipe.timeouts.verify))
    vms = (_verification_vm(clients, settings, plan, made[each]) for each in making)
    return tuple(vm.model_copy(update={"adopted": vm.name in adopted}) for vm in vms)


def serial_log(clients: Clients, vm: VerificationVm) -> str:
    """What the guest wrote to its console so far."""
    return read_serial_log(clients, vm.resource_group, vm.name)


def wait_for_host_keys(clients: Clients, vm: VerificationVm, seconds: float) -> Address:
    """Wait until the guest told its host key on its console, and say where it answers.

    Raises DeadlinePassed after ``seconds``, MachineStopped as soon as the VM does not run.
    """

    def look() -> Address:
        text = serial_log(clients, vm)
        found = from_serial_log(text)
        if not found:
            raise NotYet("no host key on its console")
        return Address(host=vm.host, port=vm.port, user=vm.user, host_key=_preferred(found))

    what = "The guest did not tell its host key on its console"
    remedy = "read the serial log (az vm boot-diagnostics get-boot-log); cloud-init writes the keys at boot"
    return _seen_by_azure(look, clients, vm, seconds, what, remedy)


def wait_for_agent(clients: Clients, vm: VerificationVm, seconds: float) -> str:
    """Wait until Azure calls the agent in the guest ready; what it says of it then.

    Raises DeadlinePassed after ``seconds`` with what Azure said last, MachineStopped as soon as the VM does not run.
    """

    def look() -> str:
        with translating(vm.resource_id):
            found: Document = clients.compute.virtual_machines.get(vm.resource_group, vm.name, expand="instanceView")
        ready, seen = agent_status(found)
        if not ready:
            raise NotYet(seen)
        return seen

    what, remedy = "The agent in the guest did not report to Azure", "read /var/log/waagent.log on a VM of this image"
    return _seen_by_azure(look, clients, vm, seconds, what, remedy)


def _seen_by_azure(
    look: Callable[[], Result], clients: Clients, vm: VerificationVm, seconds: float, what: str, remedy: str
) -> Result:
    """Ask Azure of the guest until ``look`` returns; the pauses that Azure asks for end in that time, too."""
    with ending_after(seconds):
        return wait_for(
            look,
            what,
            where=vm.resource_id,
            deadline=time.monotonic() + seconds,
            remedy=remedy,
            pause=clients.poll_seconds,
            meanwhile=Watch(clients, vm.resource_group, vm.name),
        )


def delete_vms(clients: Clients, plan: BuildPlan, vms: tuple[VerificationVm, ...]) -> None:
    """Remove the VMs with their disks, interfaces and addresses; those that are gone already are no matter."""
    going = {each.resource_id: _removed_with_address(clients, plan, each) for each in vms}
    finish_all(going, seconds=in_seconds(plan.recipe.timeouts.verify))


def _machines(clients: Clients, plan: BuildPlan, image: ImageVersion, keys: BuildKeys, count: int) -> list[Machine]:
    with translating(image.resource_id):
        definition: Document = clients.compute.gallery_images.get(*definition_path(plan))
        sizes = _build_sizes(clients, plan)
    properties, own = definition["properties"], plan.recipe.verify.sizes
    specialized = properties["osState"] == "Specialized"
    return [
        Machine(
            name=plan.names.verification_vm(number),
            profile=None if specialized else access_of(plan).verification_profile(plan, keys, number),
            image={"id": image.resource_id},
            placements=tuple(Placement(image.location, size) for size in _in_turn(own, number - 1) or sizes),
            generation=properties["hyperVGeneration"],
            plan=purchase_plan(properties.get("purchasePlan")),
            data_disks=tuple(
                data_disk(plan, plan.names.verification_vm(number), lun, "FromImage") for lun in image.data_luns
            ),
        )
        for number in range(1, count + 1)
    ]


def _in_turn(sizes: tuple[str, ...], first: int) -> tuple[str, ...]:
    """The sizes from the ``first`` on, and those before it after them: each VM begins with another."""
    start = first % len(sizes) if sizes else 0
    return (*sizes[start:], *sizes[:start])


def _build_sizes(clients: Clients, plan: BuildPlan) -> tuple[str, ...]:
    """The build VM's size, then the others it could have had."""
    sizes = plan.recipe.build.sizes
    try:
        vm: Document = clients.compute.virtual_machines.get(plan.names.group, plan.names.vm)
    except ResourceNotFoundError:
        return sizes
    first = vm["properties"]["hardwareProfile"]["vmSize"]
    return (first, *(size for size in sizes if size != first))


def _verification_vm(clients: Clients, settings: Settings, plan: BuildPlan, vm: Document) -> VerificationVm:
    name, identity, region = str(vm["name"]), str(vm["id"]), short_region(str(vm["location"]))
    with translating(identity):
        host = host_of(clients, plan, region, name)
    return VerificationVm(
        name=name,
        resource_group=plan.names.group,
        resource_id=identity,
        location=region,
        size=vm["properties"]["hardwareProfile"]["vmSize"],
        host=host,
        port=access_of(plan).outside_port(settings),
        user=BUILD_USER if plan.recipe.publish.definition.state == "specialized" else VERIFICATION_USER,
    )


def _removed_with_address(clients: Clients, plan: BuildPlan, vm: VerificationVm) -> Waiting[None]:
    # The disk and the interface go with the VM: their deleteOption says so.
    yield from removed(Wanted(clients, VM, clients.compute.virtual_machines, (vm.resource_group, vm.name), {}))
    if plan.recipe.build.network.address == "public":
        yield from removed(public_address(clients, plan, vm.location, vm.name))


def _vm_id(clients: Clients, plan: BuildPlan, name: str) -> str:
    return resource_id(clients.subscription_id, VM, plan.names.group, name)


def _preferred(host_keys: tuple[str, ...]) -> str:
    """One is enough to know the host by; ed25519 is what every sshd since 2014 has."""
    return next((key for key in host_keys if key.startswith("ssh-ed25519 ")), host_keys[0])
