"""Microsoft.Network/networkSecurityGroups."""

from __future__ import annotations

from typing import Any, ClassVar

from localazure.arm.bodies import Body, Json, TrackedBody
from localazure.arm.calls import Call
from localazure.arm.errors import CloudError
from localazure.arm.ids import ResourceId
from localazure.providers.network.attachments import interfaces_under
from localazure.providers.network.base import NetworkBody, NetworkType, ids, resource_guid, stamped, tracked
from localazure.providers.network.children import child_ids, replace_children
from localazure.providers.network.default_rules import default_rules
from localazure.providers.network.security_rules import (
    RULE,
    SecurityRule,
    SecurityRuleBody,
    check_conflicts,
    planned_rule,
)
from localazure.providers.network.users import refresh_users, subnets_under
from localazure.store import Resource


class _Properties(NetworkBody):
    read_only: ClassVar[frozenset[str]] = frozenset(
        {"provisioningState", "resourceGuid", "defaultSecurityRules", "networkInterfaces", "subnets", "flowLogs"}
    )
    security_rules: tuple[SecurityRuleBody, ...] = ()
    flush_connection: bool | None = None


class NetworkSecurityGroupBody(TrackedBody):
    read_only: ClassVar[frozenset[str]] = tracked()
    properties: _Properties = _Properties()


class NetworkSecurityGroup(NetworkType):
    full_type: ClassVar[str] = "Microsoft.Network/networkSecurityGroups"
    body: ClassVar[type[Body]] = NetworkSecurityGroupBody

    def plan(self, call: Call, body: Any, rid: ResourceId, current: Resource | None) -> Resource:
        bodies = body.properties.security_rules
        rids = child_ids(rid, "securityRules", bodies)
        planned = [planned_rule(rule, child) for child, rule in zip(rids, bodies, strict=True)]
        check_conflicts(planned)
        replace_children(SecurityRule(self.cloud), rid, planned)
        properties = {"resourceGuid": resource_guid(current)}
        if body.properties.flush_connection is not None:
            properties["flushConnection"] = body.properties.flush_connection
        return stamped(Resource(id=str(rid), location=body.location, tags=body.tags, properties=properties))

    def build(self, resource: Resource) -> None:
        refresh_users(self.cloud, resource.rid)

    def view(self, resource: Resource, call: Call) -> Json:
        rules = [SecurityRule(self.cloud).view(each, call) for each in self.rules(resource.rid)]
        shown: Json = {"securityRules": rules, "defaultSecurityRules": default_rules(resource)}
        nics, subnets = interfaces_under(self.cloud.store, resource.rid), subnets_under(self.cloud.store, resource.rid)
        shown |= {"networkInterfaces": ids(nics)} if nics else {}
        shown |= {"subnets": ids(subnets)} if subnets else {}
        return self.document(resource, resource.properties | shown)

    def refuse_delete(self, resource: Resource) -> None:
        users = [
            *interfaces_under(self.cloud.store, resource.rid),
            *subnets_under(self.cloud.store, resource.rid),
        ]
        if users:
            message = (
                f"Network security group {resource.id} cannot be deleted because it is in use by the following "
                f"resources: {', '.join(user.id for user in users)}. In order to delete the Network security group, "
                "remove the association with the resource(s). To learn how to do this, see aka.ms/deletensg."
            )
            raise CloudError(400, "InUseNetworkSecurityGroupCannotBeDeleted", message)

    def settle_delete(self, resource: Resource) -> None:
        for rule in self.rules(resource.rid):
            self.cloud.store.delete(rule.rid)

    def rules(self, group: ResourceId) -> list[Resource]:
        """The group's own rules, without the default ones."""
        return self.cloud.store.of_type(RULE, under=group)
