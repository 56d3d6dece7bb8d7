"""The cloud as the providers know it: what there is, what is under way, and what runs the machines."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from localazure.allocation import Allocation
from localazure.arm.budgets import Budgets
from localazure.arm.calls import Answer, Call, Target
from localazure.arm.errors import CloudError, group_not_found
from localazure.arm.families import Family
from localazure.arm.ids import ResourceId
from localazure.arm.operations import Operation, Operations
from localazure.arm.paths import parse_target
from localazure.arm.resource_type import ResourceType
from localazure.blobs.store import BlobStore
from localazure.catalogue import Catalogue
from localazure.faults.befalling import Befalling
from localazure.faults.hypervisor import FaultyHypervisor
from localazure.faults.occasions import Occasion
from localazure.faults.recording import Recordings
from localazure.pace import Pace
from localazure.settings import ServerSettings
from localazure.store import Resource, Store

Handler = Callable[["Cloud", Call, dict[str, str]], Answer]


@dataclass(frozen=True)
class Route:
    """A URL that is no resource's: ``/subscriptions/{subscription}/providers/…/{name}``, matched without case."""

    method: str
    template: str
    handler: Handler

    def match(self, call: Call) -> dict[str, str] | None:
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.template)
        found = re.fullmatch(pattern, call.path.rstrip("/"), re.IGNORECASE)
        return found.groupdict() if found and call.method == self.method else None


@dataclass(frozen=True)
class Provider:
    """A resource provider: its types and its other URLs."""

    namespace: str
    types: tuple[type[ResourceType], ...]
    routes: tuple[Route, ...] = ()
    public_routes: Callable[[Cloud], list[BaseRoute]] = lambda _: []
    """What is served without a bearer token because its URL carries a signature."""
    resume: Callable[[Cloud], None] = lambda _: None
    """Called once when a server starts, before it answers."""
    park: Callable[[Cloud], None] = lambda _: None
    """Called once when a server ends, after its last operation and before its hypervisor is closed."""


@dataclass(frozen=True)
class Subscription:
    """A subscription localazure serves."""

    id: str
    tenant: str
    name: str = "localazure"


class Cloud:
    """Everything a provider may use."""

    def __init__(  # noqa: PLR0913 - one for each of its parts
        self,
        *,
        subscription: Subscription,
        store: Store,
        hypervisor: FaultyHypervisor,
        blobs: BlobStore,
        pace: Pace,
        providers: tuple[Provider, ...],
        settings: ServerSettings,
        catalogue: Catalogue = (),
    ) -> None:
        self.subscription, self.store, self.hypervisor, self.pace = subscription, store, hypervisor, pace
        others = (Subscription(each, subscription.tenant, "another") for each in settings.other_subscriptions)
        self.subscriptions = {each.id.lower(): each for each in (subscription, *others)}
        self.blobs, self.blob_endpoint = blobs, ""
        self.providers, self.settings, self.catalogue = providers, settings, catalogue
        self.routes = tuple(route for provider in providers for route in provider.routes)
        self.types = {kind.full_type.lower(): kind(self) for provider in providers for kind in provider.types}
        self.budgets = Budgets(settings.budgets) if settings.budgets else None
        self.faults, self.recordings = hypervisor.faults, Recordings(store)
        self.befalling = Befalling(self, hypervisor)
        self.operations = Operations(store, pace, self._run, self.faults.stands)
        self._begun: list[Operation] = []
        self._occasion: Occasion | None = None

    def type_of(self, full_type: str) -> ResourceType:
        """Raises CloudError 404 for a type that is not served here."""
        found = self.types.get(full_type.lower())
        if found is None:
            namespace, _, kind = full_type.partition("/")
            message = (
                f"The resource type '{kind}' could not be found in the namespace '{namespace}' "
                "(or localazure does not serve it)."
            )
            raise CloudError(404, "InvalidResourceType", message)
        return found

    def group(self, rid: ResourceId) -> Resource:
        """The resource group an id is in. Raises CloudError 404 when there is none."""
        found = self.store.find(rid.group_id)
        if found is None:
            raise group_not_found(rid.group or "")
        return found

    def allocation(self, call: Call) -> Allocation | None:
        """The place to run that a call wants for a machine."""
        target = parse_target(call.method, call.path, self.types)
        if target is None or target.resource is None or self.faults.empty:
            return None
        kind = self.types.get(target.full_type.lower())
        return kind.allocation(call, target.resource, target.action) if kind else None

    def begin(
        self,
        effect: str,
        rid: ResourceId,
        family: Family,
        seconds: float,
        retry_after: float,
        arguments: dict[str, Any],
    ) -> Operation:
        """Record an operation; it runs once the request's transaction is committed (see ``serve``)."""
        operation = self.operations.begin(
            effect, rid, family=family.name, seconds=seconds, retry_after=retry_after, arguments=arguments,
            ending=self.faults.ending(self._occasion) if self._occasion else None,
        )  # fmt: skip
        self._begun.append(operation)
        return operation

    def begin_unseen(self, effect: str, rid: ResourceId) -> None:
        """Begin an operation that no call asked for, and that nobody asks about."""
        with self.store.changing():
            operation = self.operations.begin(effect, rid, family="compute", seconds=0, retry_after=0, arguments={})
        self.operations.launch(operation)

    def serve(self, call: Call, target: Target | None, occasion: Occasion | None = None) -> Answer:
        """Answer one call in one transaction, then let what it began run; ``occasion``: what faults know it by."""
        with self.store.changing():
            self._begun, self._occasion = [], occasion
            answer = self._dispatch(call, target)
            begun = self._begun
        for operation in begun:
            self.operations.launch(operation)
        return answer

    def _dispatch(self, call: Call, target: Target | None) -> Answer:
        for route in self.routes:
            values = route.match(call)
            if values is not None:
                return route.handler(self, call, values)
        if target is None:
            raise CloudError(404, "NotFound", f"Nothing is served at '{call.path}'.")
        return self._on_resource(call, target)

    def _on_resource(self, call: Call, target: Target) -> Answer:
        kind = self.type_of(target.full_type)
        if target.action and call.method == "GET" and target.resource:
            return kind.look(call, target.resource, target.action)
        if target.resource is None:
            return kind.list(call, target.scope) if call.method == "GET" else _method_refused(call)
        if target.action:
            return kind.act(call, target.resource, target.action) if call.method == "POST" else _method_refused(call)
        if call.method in {"PUT", "PATCH"}:
            self._refuse_while_group_goes(target.resource)
        methods = {"GET": kind.get, "PUT": kind.put, "PATCH": kind.patch, "DELETE": kind.delete, "HEAD": kind.head}
        return methods.get(call.method, lambda call, _: _method_refused(call))(call, target.resource)

    def _refuse_while_group_goes(self, rid: ResourceId) -> None:
        group = self.store.find(rid.group_id)
        if group is not None and group.properties.get("provisioningState") == "Deleting":
            # As users of the Azure CLI were told (Azure/azure-cli#21121); to change tags is refused too.
            message = f"The resource group '{rid.group}' is in deprovisioning state and cannot perform this operation."
            raise CloudError(409, "ResourceGroupBeingDeleted", message)

    def _run(self, operation: Operation) -> dict[str, Any] | None:
        full_type, _, effect = operation.effect.partition("#")
        return self.type_of(full_type).run(effect, operation)

    def close(self) -> None:
        self.operations.close()
        for provider in self.providers:
            provider.park(self)
        self.hypervisor.close()
        self.blobs.close()
        self.store.close()


def _method_refused(call: Call) -> Answer:
    raise CloudError(405, "HttpMethodNotAllowed", f"The method {call.method} is not supported at '{call.path}'.")
