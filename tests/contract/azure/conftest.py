"""Mintage's own clients on the session's localazure, and plans of builds to make there."""

from __future__ import annotations

import contextlib
import gc
import itertools
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import SansIOHTTPPolicy

from localazure.arm.ids import ResourceId
from localazure.faults.client import FaultClient
from localazure.hypervisor.base import Machine
from localazure.server import Server
from mintage.artifacts import BuildVm, ImageVersion, ResolvedSource
from mintage.azure.capture import capture
from mintage.azure.clients import Clients, connect
from mintage.azure.provision import provision
from mintage.azure.source import resolve_source
from mintage.azure.version_number import choose_version
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.guests.linux import LinuxGuest
from mintage.names import BEGUN_TAG, EXPIRES_TAG
from mintage.placement import PlacesInMemory
from mintage.recipe import LinuxRecipe, Recipe, parse_recipe
from mintage.settings import Settings
from tests.support.build_vms import keys_of
from tests.support.until import until

MakePlan = Callable[..., BuildPlan]


@pytest.fixture(scope="session")
def settings(azure: Any, server: Server) -> Settings:
    """``azure`` is asked for because it sets where the identity comes from."""
    points = server.endpoints
    return Settings(
        subscription_id=points.subscription,
        resource_manager=points.resource_manager,
        ca_file=points.ca,  # type: ignore[arg-type]
        builder_address="127.0.0.1",
        ssh_port=22 + points.guest_port_offset,
        winrm_port=5986 + points.guest_port_offset,
        poll_seconds=0.02,
        budget_share=0,
    )


@pytest.fixture(scope="session")
def clients(settings: Settings) -> Iterator[Clients]:
    with connect(settings) as clients:
        yield clients
    # azure-core's errors and answers refer to each other, and hold their connections until the collector comes; the
    # server, which stops next, would wait for them.
    gc.collect()


@pytest.fixture
def places(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> PlacesInMemory:
    """What is written down from now on of where VMs were to be had."""
    places = PlacesInMemory()
    monkeypatch.setattr(clients, "places", places)
    return places


@pytest.fixture
def make_plan(clients: Clients) -> Iterator[MakePlan]:
    """Plans of builds of the test's own; what they made is removed afterwards."""
    with plans(clients) as make:
        yield make


@contextlib.contextmanager
def plans(clients: Clients) -> Iterator[MakePlan]:
    made: list[BuildPlan] = []

    def make(**changes: Any) -> BuildPlan:
        made.append(new_plan(**changes))
        return made[-1]

    yield make
    for plan in made:
        for group in (plan.names.group, plan.recipe.publish.resource_group):
            if clients.resources.resource_groups.check_existence(group):
                clients.resources.resource_groups.begin_delete(group).wait()


@pytest.fixture
def make(clients: Clients, settings: Settings, faults: FaultClient) -> Iterator[Callable[[BuildPlan], BuildVm]]:
    """Makes a plan's build VM. ``faults`` is asked for so that they are gone before the builds are removed."""
    yield lambda plan: provision(clients, settings, plan, resolve_source(clients, plan), keys_of(plan))
    faults.clear()


@pytest.fixture
def evict(clients: Clients, server: Server) -> Callable[[BuildVm], None]:
    """Has Azure take the VM back, and waits until it has."""

    def take_back(vm: BuildVm) -> None:
        clients.compute.virtual_machines.simulate_eviction(vm.resource_group, vm.name)
        until(lambda: not server.cloud.operations.busy(ResourceId.parse(vm.resource_id)), within=20)

    return take_back


@dataclass(frozen=True)
class Captured:
    """A build as far as its captured version, for tests that only look at it."""

    plan: BuildPlan
    source: ResolvedSource
    keys: BuildKeys
    vm: BuildVm
    image: ImageVersion


@pytest.fixture(scope="module")
def captured(clients: Clients, settings: Settings) -> Iterator[Captured]:
    with plans(clients) as make:
        yield capture_build(clients, settings, make())


def capture_build(clients: Clients, settings: Settings, plan: BuildPlan, customize: str | None = None) -> Captured:
    """``customize``: what the build VM, of Linux, is told before."""
    source, keys = resolve_source(clients, plan), keys_of(plan)
    vm = provision(clients, settings, plan, source, keys)
    if customize and isinstance(plan.recipe, LinuxRecipe):
        with LinuxGuest(clients, plan, plan.recipe, keys).open(vm) as guest:
            guest.output(customize)
    image = capture(clients, plan, vm, choose_version(clients, plan), source)
    return Captured(plan, source, keys, vm, image)


@pytest.fixture
def plan(make_plan: MakePlan) -> BuildPlan:
    return make_plan()


@pytest.fixture
def keys(plan: BuildPlan) -> BuildKeys:
    return keys_of(plan)


@pytest.fixture
def source(clients: Clients, plan: BuildPlan) -> ResolvedSource:
    return resolve_source(clients, plan)


def new_plan(**changes: Any) -> BuildPlan:
    """A plan whose recipe differs from the usual one in whole sections, such as ``build={…}``."""
    build_id = uuid.uuid4().hex[:10]
    started = datetime.now(UTC)
    return BuildPlan(
        build_id=build_id,
        recipe=recipe(build_id, **changes),
        recipe_folder="/nowhere",
        recipe_sha256="5" * 64,
        started=started,
        expires=started + timedelta(hours=8),
    )


def recipe(build_id: str, **changes: Any) -> Recipe:
    sections: dict[str, Any] = {
        "name": "debian-12-web",
        "os": "linux",
        "source": {"kind": "marketplace", "publisher": "Debian", "offer": "debian-12", "sku": "12-gen2"},
        "build": {"region": "westeurope", "sizes": ["Standard_D2s_v5", "Standard_B2s"]},
        "publish": {
            "resource_group": f"images-{build_id}",
            "gallery": f"images_{build_id}",
            "definition": {"name": "debian-12-web", "publisher": "Mintage", "offer": "debian", "sku": "12-web"},
            "regions": [{"name": "northeurope", "replicas": 2}],
            "end_of_life": "90d",
        },
        "tags": {"team": "web"},
    }
    return parse_recipe(sections | changes)


def with_publish(plan: BuildPlan, **changes: Any) -> BuildPlan:
    """The plan with other fields of the recipe's section ``publish``."""
    sections = plan.recipe.model_dump(mode="json")
    sections["publish"] |= changes
    return plan.model_copy(update={"recipe": type(plan.recipe).model_validate(sections)})


class ProcessDied(Exception):
    """Stands for the end of the process: nothing is sent after it."""


class Death(SansIOHTTPPolicy[Any, Any]):
    """Ends the process when the answer to call number ``after`` is in: Azure did it, and nobody knows."""

    def __init__(self, after: int) -> None:
        self.left = after

    def on_request(self, request: PipelineRequest[Any]) -> None:
        if self.left <= 0:
            raise ProcessDied

    def on_response(self, request: PipelineRequest[Any], response: PipelineResponse[Any, Any]) -> None:
        self.left -= 1
        if self.left <= 0:
            response.http_response.close()
            raise ProcessDied


@dataclass(frozen=True)
class Outcome:
    """What a build comes to: the writes it took, but for tags written again, and what there is afterwards."""

    writes: Counter[str]
    resources: tuple[Any, ...]


_TIMES = frozenset({BEGUN_TAG, EXPIRES_TAG})
_READ = "POST Microsoft.Compute/virtualMachines/retrieveBootDiagnosticsData"
"""Asks for an address to read from, and changes nothing."""
Act = Callable[[Clients, BuildPlan], object]


@dataclass(frozen=True)
class Mortal:
    """Runs steps in processes that die, and looks at what came of it."""

    settings: Settings
    look: Clients

    def alive(self, act: Act, plan: BuildPlan) -> Outcome:
        """The steps in a process that lives."""
        with connect(self.settings) as clients:
            act(clients, plan)
        return self._outcome(plan, clients.calls)

    def dies_after(self, calls: int, act: Act, plan: BuildPlan) -> Counter[str] | None:
        """The steps in a process that dies after so many calls: what it asked; None when it got to the end before."""
        with connect(self.settings, policies=[Death(calls)]) as clients:
            try:
                act(clients, plan)
            except ProcessDied:
                return clients.calls
        return None

    def dies_once(self, calls: int, act: Act, plan: BuildPlan) -> Outcome | None:
        """A process that dies after so many calls, and one that goes on; None when the first got to the end."""
        first = self.dies_after(calls, act, plan)
        if first is None:
            return None
        with connect(self.settings) as clients:
            act(clients, plan)
        return self._outcome(plan, first + clients.calls)

    def dies_again_and_again(self, act: Act, plan: BuildPlan) -> tuple[Outcome, int]:
        """The first process dies after one call, the second after two, until one gets to the end; how many died."""
        calls: Counter[str] = Counter()
        for after in itertools.count(1):
            with connect(self.settings, policies=[Death(after)]) as clients:
                try:
                    act(clients, plan)
                except ProcessDied:
                    calls += clients.calls
                    continue
            return self._outcome(plan, calls + clients.calls), after - 1
        raise AssertionError

    def _outcome(self, plan: BuildPlan, calls: Counter[str]) -> Outcome:
        writes = {kind: count for kind, count in calls.items() if not kind.startswith(("GET ", "PATCH ", _READ))}
        return Outcome(Counter(writes), tuple(sorted(self._resources(plan))))

    def _resources(self, plan: BuildPlan) -> Iterator[str]:
        for group in (plan.names.group, plan.recipe.publish.resource_group):
            if self.look.resources.resource_groups.check_existence(group):
                for each in self.look.resources.resources.list_by_resource_group(group):
                    tags = {name: value for name, value in (each["tags"] or {}).items() if name not in _TIMES}
                    yield f"{each['type']} {each['name']} {sorted(tags.items())}".replace(plan.build_id, "BUILD")


@pytest.fixture
def fail_once(server: Server, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """The next machines to start fail as given, one after the other; those after them start."""
    start = server.cloud.hypervisor.start

    def fail(*errors: Exception) -> None:
        waiting = [*errors]

        def start_or_fail(machine: Machine) -> None:
            if waiting:
                raise waiting.pop(0)
            start(machine)

        monkeypatch.setattr(server.cloud.hypervisor, "start", start_or_fail)

    return fail


@pytest.fixture
def mortal(settings: Settings, clients: Clients) -> Mortal:
    return Mortal(settings, clients)
