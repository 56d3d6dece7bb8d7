"""Microsoft.Network/networkSecurityGroups/securityRules."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from localazure.arm.bodies import Body
from localazure.arm.calls import Call
from localazure.arm.errors import CloudError
from localazure.arm.ids import ResourceId
from localazure.providers.network.base import ChildBody, NetworkBody, NetworkType, stamped
from localazure.providers.network.rule_values import check_address, check_port
from localazure.providers.network.users import refresh_users
from localazure.store import Resource

RULE = "Microsoft.Network/networkSecurityGroups/securityRules"


class SecurityRuleProperties(NetworkBody):
    read_only: ClassVar[frozenset[str]] = frozenset({"provisioningState"})
    unsupported: ClassVar[frozenset[str]] = frozenset(
        {"sourceApplicationSecurityGroups", "destinationApplicationSecurityGroups"}
    )
    description: str | None = None
    protocol: Literal["Tcp", "Udp", "Icmp", "Esp", "Ah", "*"]
    source_port_range: str | None = None
    source_port_ranges: tuple[str, ...] = ()
    destination_port_range: str | None = None
    destination_port_ranges: tuple[str, ...] = ()
    source_address_prefix: str | None = None
    source_address_prefixes: tuple[str, ...] = ()
    destination_address_prefix: str | None = None
    destination_address_prefixes: tuple[str, ...] = ()
    access: Literal["Allow", "Deny"]
    priority: int
    direction: Literal["Inbound", "Outbound"]


class SecurityRuleBody(ChildBody):
    properties: SecurityRuleProperties


class SecurityRule(NetworkType):
    full_type: ClassVar[str] = RULE
    body: ClassVar[type[Body]] = SecurityRuleBody
    located: ClassVar[bool] = False

    def plan(self, call: Call, body: Any, rid: ResourceId, current: Resource | None) -> Resource:
        group = rid.parent or rid
        others = [each for each in self.cloud.store.of_type(RULE, under=group) if each.rid.key != rid.key]
        planned = planned_rule(body, rid)
        check_conflicts([*others, planned])
        return planned

    def build(self, resource: Resource) -> None:
        refresh_users(self.cloud, resource.rid.parent or resource.rid)

    def destroy(self, resource: Resource) -> None:
        # The rule must be gone before the forwards are worked out again.
        self.cloud.store.delete(resource.rid)
        refresh_users(self.cloud, resource.rid.parent or resource.rid)


def planned_rule(body: SecurityRuleBody, rid: ResourceId) -> Resource:
    """The rule a body asks for. Raises CloudError for values that Azure refuses."""
    rule = body.properties
    if not 100 <= rule.priority <= 4096:
        message = f"Security rule has invalid Priority. Value provided: {rule.priority}. Allowed range 100-4096."
        raise CloudError(400, "SecurityRuleInvalidPriority", message)
    for side in ("source", "destination"):
        for port in _one_or_many(rule, f"{side}_port_range", f"{side}_port_ranges", rid):
            check_port(port)
        for address in _one_or_many(rule, f"{side}_address_prefix", f"{side}_address_prefixes", rid):
            check_address(address, rid)
    return stamped(Resource(id=str(rid), properties=rule.json_body() | {"provisioningState": "Succeeded"}))


def check_conflicts(rules: list[Resource]) -> None:
    """Refuse two rules of one group with the same priority and direction."""
    seen: dict[tuple[str, int], str] = {}
    for rule in rules:
        name, key = rule.rid.name, (str(rule.properties["direction"]), int(rule.properties["priority"]))
        if key in seen:
            message = (
                f"Security rule {name} conflicts with rule {seen[key]}. "
                "Rules cannot have the same Priority and Direction."
            )
            raise CloudError(400, "SecurityRuleConflict", message)
        seen[key] = name


def _one_or_many(rule: SecurityRuleProperties, single: str, several: str, rid: ResourceId) -> list[str]:
    one, many = getattr(rule, single), getattr(rule, several)
    if bool(one) == bool(many):
        message = f"Security rule {rid} must specify either {single} or {several}, and not both."
        raise CloudError(400, "SecurityRuleParameterNotSpecified", message)
    return [one] if one else list(many)
