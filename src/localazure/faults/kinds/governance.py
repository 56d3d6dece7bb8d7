"""What those who govern a subscription do not allow."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from localazure.arm.calls import Answer
from localazure.arm.errors import CloudError
from localazure.faults.fault import AnsweringFault, Condition, Patterns, Stage
from localazure.faults.occasions import Occasion

if TYPE_CHECKING:
    from localazure.cloud import Cloud

_WRITES = ("PUT *", "PATCH *")


class PolicyFault(Condition, AnsweringFault):
    """RequestDisallowedByPolicy (403): a policy denies what is to be made or changed."""

    kind: Literal["policy"] = "policy"
    operation: Patterns = Field(_WRITES, description="What the policy denies")
    policy: str = Field("allowed-resources", description="The name of the policy and of its assignment")

    @property
    def stage(self) -> Stage:
        return Stage.ARRIVAL

    def answer(self, occasion: Occasion, cloud: Cloud) -> Answer:
        scope = f"/subscriptions/{cloud.subscription.id}"
        assignment = f"{scope}/providers/Microsoft.Authorization/policyAssignments/{self.policy}"
        definition = f"{scope}/providers/Microsoft.Authorization/policyDefinitions/{self.policy}"
        named = {
            "policyAssignment": {"name": self.policy, "id": assignment},
            "policyDefinition": {"name": self.policy, "id": definition},
        }
        identifiers = json.dumps([named], separators=(",", ":"))
        message = f"Resource '{occasion.name}' was disallowed by policy. Policy identifiers: '{identifiers}'."
        body = CloudError(403, "RequestDisallowedByPolicy", message, target=occasion.name).body()
        body["additionalInfo"] = [{"type": "PolicyViolation", "info": self._violation(scope, assignment, definition)}]
        return Answer(403, {"error": body})

    def _violation(self, scope: str, assignment: str, definition: str) -> dict[str, Any]:
        return {
            "policyDefinitionDisplayName": self.policy,
            "policyDefinitionId": definition,
            "policyDefinitionName": self.policy,
            "policyDefinitionEffect": "deny",
            "policyAssignmentId": assignment,
            "policyAssignmentName": self.policy,
            "policyAssignmentDisplayName": self.policy,
            "policyAssignmentScope": scope,
            "policyAssignmentParameters": {},
        }


class LockFault(Condition, AnsweringFault):
    """ScopeLocked (409): a management lock on a resource or a group, for all that is in it and all it is in."""

    kind: Literal["lock"] = "lock"
    scope: str = Field(pattern="^/subscriptions/[^/]+", description="Id of the resource, group or subscription locked")
    level: Literal["CanNotDelete", "ReadOnly"] = Field("CanNotDelete", description="What it forbids")

    @property
    def stage(self) -> Stage:
        return Stage.ARRIVAL

    def concerns(self, occasion: Occasion) -> bool:
        return super().concerns(occasion) and self._forbids(occasion.method) and self._covers(occasion)

    def answer(self, occasion: Occasion, cloud: Cloud) -> Answer:  # noqa: ARG002 - as every answer
        act = "delete" if occasion.method == "DELETE" else "write"
        message = (
            f"The scope '{occasion.resource}' cannot perform {act} operation because following scope(s) are locked: "
            f"'{self.scope}'. Please remove the lock and try again."
        )
        return Answer(409, {"error": CloudError(409, "ScopeLocked", message).body()})

    def _forbids(self, method: str) -> bool:
        return method == "DELETE" or (self.level == "ReadOnly" and method in {"PUT", "PATCH", "POST"})

    def _covers(self, occasion: Occasion) -> bool:
        locked, asked = f"{self.scope.rstrip('/')}/".lower(), f"{occasion.resource}/".lower()
        return asked.startswith(locked) or (occasion.method == "DELETE" and locked.startswith(asked))
