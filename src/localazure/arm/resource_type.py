"""One class per type of resource, stating only its difference: what it checks, builds, shows and destroys."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from localazure.allocation import Allocation
from localazure.arm.bodies import Body, Json, TrackedBody, parse_body
from localazure.arm.calls import Answer, Call
from localazure.arm.errors import CloudError, concurrent_request, not_found, parent_not_found
from localazure.arm.families import COMPUTE, Family, Style, first_answer, operation_location
from localazure.arm.ids import ResourceId
from localazure.arm.operations import Operation
from localazure.locations import resource_location
from localazure.store import Resource

if TYPE_CHECKING:
    from localazure.cloud import Cloud


@dataclass(frozen=True)
class Action:
    """``POST {resource}/{name}``. ``check`` refuses at once; ``run`` does the work and may return an output.

    Both are methods of the type and take the resource and what the request said in its body and its query
    (query names in lower case, their values as text).
    """

    run: Callable[[Any, Resource, Json], Json | None]
    check: Callable[[Any, Resource, Json], None] | None = None
    style: Style = Style.ACCEPTED
    seconds: float = 30
    """How long it takes on Azure."""
    retry_after: float | None = None
    private: bool = False
    """What the request said may be secret, so it is kept in memory only and gone when the work is done."""


class ResourceType:
    """A type of resource. The class attributes and the methods below the line are what a type overrides."""

    full_type: ClassVar[str]
    body: ClassVar[type[Body]] = TrackedBody
    family: ClassVar[Family] = COMPUTE
    creation: ClassVar[Style] = Style.CREATED
    deletion: ClassVar[Style] = Style.ACCEPTED
    create_seconds: ClassVar[float] = 3
    delete_seconds: ClassVar[float] = 3
    poll_seconds: ClassVar[float | None] = None
    """Seconds between polls on Azure, where they are not its family's."""
    located: ClassVar[bool] = True
    new_state: ClassVar[str] = "Creating"
    """Its provisioningState until it is made."""
    name_pattern: ClassVar[str] = r"[A-Za-z0-9]([\w.-]{0,78}\w)?"
    preemptible: ClassVar[bool] = False
    """Deleting need not wait for another operation on the resource: ``build`` gives up when it sees ``Deleting``."""
    halves: ClassVar[frozenset[str]] = frozenset()
    """Of ``put`` and ``delete``: what calls ``midway`` when it is half done."""
    actions: ClassVar[dict[str, Action]] = {}
    views: ClassVar[dict[str, Callable[[Any, Resource, Call], Json]]] = {}
    """``GET {resource}/{name}``."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def plan(self, call: Call, body: Any, rid: ResourceId, current: Resource | None) -> Resource:
        """Check the request against everything there is, and return the resource as it will be shown meanwhile.

        Nothing is changed yet. Raises CloudError as Azure refuses. ``current`` is the resource before an update.
        """
        raise NotImplementedError

    def write_seconds(self, resource: Resource) -> float:  # noqa: ARG002 - types whose work varies use it
        """How long the PUT or PATCH just planned takes on Azure."""
        return self.create_seconds

    def accept(self, resource: Resource) -> None:
        """In the transaction that accepts a PUT or PATCH: what else must change with the resource."""

    def kept_request(self, body: Any) -> Json:
        """What is remembered of an accepted body, for a later PATCH to be merged into. Not the place for secrets."""
        kept: Json = body.json_body()
        return kept

    def build(self, resource: Resource) -> None:
        """Do what takes time (again, after a crash), and save what came of it with ``save``."""

    def view(self, resource: Resource, call: Call) -> Json:  # noqa: ARG002 - types that expand use it
        """What a GET answers."""
        return self.document(resource, resource.properties)

    def busy_refusal(self, rid: ResourceId, asked: str, under_way: str) -> CloudError:
        """What is answered to one who asked for an operation (``put``, ``delete``, an action) while another goes on."""
        return concurrent_request(rid, asked, under_way)

    def refuse_delete(self, resource: Resource) -> None:
        """Raise CloudError when it is in use."""

    def destroy(self, resource: Resource) -> None:
        """Undo what ``build`` made (again, after a crash). The record itself is removed afterwards."""

    def settle_delete(self, resource: Resource) -> None:
        """In the transaction that removes the record: what else must change with it."""

    def allocation(self, call: Call, rid: ResourceId, action: str | None) -> Allocation | None:  # noqa: ARG002
        """The place to run that a call wants for a machine; None when it wants none."""
        return None

    def dependency_changed(self, resource: Resource, dependency: Resource) -> None:
        """Something ``resource`` refers to is not what it was; called in the worker thread that changed it."""

    # ------------------------------------------------------------------ what calls become

    def get(self, call: Call, rid: ResourceId) -> Answer:
        return Answer(200, self.view(self.existing(rid), call))

    def head(self, call: Call, rid: ResourceId) -> Answer:  # noqa: ARG002 - as get
        """Whether it is there: 204, or 404 without a body."""
        self.existing(rid)
        return Answer(204)

    def list(self, call: Call, scope: ResourceId) -> Answer:
        if scope.group:
            self.cloud.group(scope)
        found = self.cloud.store.of_type(self.full_type, under=scope)
        return Answer(200, {"value": [self.view(resource, call) for resource in found]})

    def put(self, call: Call, rid: ResourceId) -> Answer:
        self._check_place(rid)
        return self._write(call, rid, call.body, self.cloud.store.find(rid))

    def patch(self, call: Call, rid: ResourceId) -> Answer:
        current = self.existing(rid)
        return self._write(call, rid, merge_patch(current.request, call.body), current)

    def delete(self, call: Call, rid: ResourceId) -> Answer:
        resource = self.cloud.store.find(rid)
        if resource is None:
            return Answer(204)
        self._refuse_when_busy(rid, "delete")
        self.refuse_delete(resource)
        if "provisioningState" in resource.properties:
            resource.properties["provisioningState"] = "Deleting"
            self.cloud.store.put(resource)
        operation = self._begin("delete", rid, self.delete_seconds, {}, self.poll_seconds)
        return self._answer(operation, self.deletion, call, resource)

    def act(self, call: Call, rid: ResourceId, name: str) -> Answer:
        action = self.action(name, rid)
        resource = self.existing(rid)
        arguments = {**(call.body or {}), **{key: value for key, value in call.query.items() if key != "api-version"}}
        self._refuse_when_busy(rid, name)
        if action.check:
            action.check(self, resource, arguments)
        if action.style is Style.SYNC:
            return Answer(200, action.run(self, resource, arguments))
        stored = {} if action.private else arguments
        operation = self._begin(name.lower(), rid, action.seconds, stored, action.retry_after)
        operation.in_memory = arguments if action.private else {}
        return self._answer(operation, action.style, call, resource)

    def look(self, call: Call, rid: ResourceId, name: str) -> Answer:
        by_name = {key.lower(): value for key, value in self.views.items()}
        if name.lower() not in by_name:
            message = f"No HTTP resource was found that matches '{name}' on '{rid}' (or localazure lacks it)."
            raise CloudError(404, "InvalidResourceType", message)
        return Answer(200, by_name[name.lower()](self, self.existing(rid), call))

    def action(self, name: str, rid: ResourceId) -> Action:
        by_name = {key.lower(): value for key, value in self.actions.items()}
        if name.lower() not in by_name:
            message = (
                f"No HTTP resource was found that matches the action '{name}' on '{rid}' (or localazure lacks it)."
            )
            raise CloudError(404, "InvalidResourceType", message)
        return by_name[name.lower()]

    def run(self, effect: str, operation: Operation) -> Json | None:
        """Carry out an operation: called in a worker thread, perhaps for the second time."""
        resource = self.cloud.store.find(operation.rid)
        if resource is None:
            return None
        if effect == "delete":
            self.delete_now(resource)
            return None
        if effect == "put":
            self.build(resource)
            return None
        return self.action(effect, operation.rid).run(self, resource, operation.arguments | operation.in_memory)

    # ------------------------------------------------------------------ what types use

    def existing(self, rid: ResourceId) -> Resource:
        """The resource, or the 404 that Azure gives for what is missing first: group, parent, resource."""
        self.cloud.group(rid)
        found = self.cloud.store.find(rid)
        if found is None:
            raise not_found(rid)
        return found

    def locate(self, location: str, rid: ResourceId, current: Resource | None) -> str:
        """The short name of a region. Raises CloudError for one there is not, or another than the resource is in."""
        return resource_location(location, rid, current.location if current else None)

    def save(self, resource: Resource, **properties: Any) -> None:
        """Set properties of a resource that others may have changed meanwhile; nothing if it is gone."""
        with self.cloud.store.changing():
            fresh = self.cloud.store.find(resource.rid)
            if fresh is None:
                return
            fresh.properties.update(properties)
            fresh.internal.update(resource.internal)
            self.cloud.store.put(fresh)

    def delete_now(self, resource: Resource) -> None:
        """Remove the resource, in a worker thread."""
        self.destroy(resource)
        with self.cloud.store.changing():
            self.settle_delete(resource)
            self.cloud.store.delete(resource.rid)

    def document(self, resource: Resource, properties: Json) -> Json:
        """A resource in Azure's form."""
        rid = resource.rid
        body: Json = {"name": rid.name, "id": str(rid), "type": self.full_type}
        if resource.location:
            body["location"] = resource.location
        if resource.tags or self.located:
            body["tags"] = resource.tags
        return body | resource.extra | {"properties": properties}

    # ------------------------------------------------------------------ inside

    def _write(self, call: Call, rid: ResourceId, content: Any, current: Resource | None) -> Answer:
        self._refuse_when_busy(rid, "put")
        body = self._located(parse_body(self.body, content), rid, current)
        resource = self.plan(call, body, rid if current is None else current.rid, current)
        resource.request = self.kept_request(body)
        if self.creation is Style.SYNC:
            return self._write_now(call, resource, new=current is None)
        resource.properties["provisioningState"] = self.new_state if current is None else "Updating"
        self.cloud.store.put(resource)
        self.accept(resource)
        operation = self._begin("put", rid, self.write_seconds(resource), {}, self.poll_seconds)
        return self._answer(operation, self.creation, call, resource, new=current is None)

    def _located(self, body: Body, rid: ResourceId, current: Resource | None) -> Body:
        """The body with its region in the short spelling, so that no type need think of the other."""
        if not self.located:
            return body
        given = getattr(body, "location", None)
        if not given:
            raise CloudError(400, "LocationRequired", "The location property is required for this definition.")
        return body.model_copy(update={"location": self.locate(given, rid, current)})

    def _write_now(self, call: Call, resource: Resource, *, new: bool) -> Answer:
        resource.properties["provisioningState"] = "Succeeded"
        self.cloud.store.put(resource)
        self.accept(resource)
        return Answer(201 if new else 200, self.view(resource, call))

    def _begin(
        self, effect: str, rid: ResourceId, seconds: float, arguments: Json, retry_after: float | None = None
    ) -> Operation:
        pause = self.family.retry_after if retry_after is None else retry_after
        return self.cloud.begin(f"{self.full_type}#{effect}", rid, self.family, seconds, pause, arguments)

    def _answer(
        self, operation: Operation, style: Style, call: Call, resource: Resource, *, new: bool = True
    ) -> Answer:
        body = self.view(resource, call) if style in {Style.CREATED, Style.ACCEPTED_BODY} else None
        location = operation_location(resource.location)
        return first_answer(operation, style, call, self.cloud.pace, body=body, new=new, location=location)

    def _check_place(self, rid: ResourceId) -> None:
        self.cloud.group(rid)
        self._check_name(rid)
        if rid.parent is not None and self.cloud.store.find(rid.parent) is None:
            raise parent_not_found(rid)

    def _check_name(self, rid: ResourceId) -> None:
        if not re.fullmatch(self.name_pattern, rid.name):
            message = f"Resource name {rid.name} is invalid. The name must match the pattern '{self.name_pattern}'."
            raise CloudError(400, "InvalidResourceName", message)

    def _refuse_when_busy(self, rid: ResourceId, asked: str) -> None:
        busy = self.cloud.operations.busy(rid)
        if busy is None:
            return
        under_way = busy.effect.partition("#")[2]
        if not self.preempts(asked, under_way):
            raise self.busy_refusal(rid, asked, under_way)

    def preempts(self, asked: str, under_way: str) -> bool:
        """Whether an operation is begun although another one goes on."""
        return asked == "delete" and self.preemptible and under_way != "delete"


def merge_patch(document: Any, patch: Any) -> Any:
    """JSON merge patch (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(document) if isinstance(document, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged
