"""Refusals in Azure's form: an HTTP status and ``{"error": {"code", "message", …}}``."""

from __future__ import annotations

from typing import Any

from localazure.arm.ids import ResourceId


class CloudError(Exception):
    """Raised anywhere in a request or an operation; becomes the answer, or the operation's failure."""

    def __init__(
        self, status: int, code: str, message: str, *, target: str | None = None, details: tuple[CloudError, ...] = ()
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.status, self.code, self.message, self.target, self.details = status, code, message, target, details

    def body(self) -> dict[str, Any]:
        """What stands under ``error``."""
        body: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.target:
            body["target"] = self.target
        if self.details:
            body["details"] = [detail.body() for detail in self.details]
        return body


def not_found(resource: ResourceId) -> CloudError:
    named = f"{resource.type}/{resource.name}" if len(resource.path) == 1 else f"{resource.type}/{_names(resource)}"
    message = (
        f"The Resource '{named}' under resource group '{resource.group}' was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix"
    )
    return CloudError(404, "ResourceNotFound", message)


def _names(resource: ResourceId) -> str:
    return "/".join(name for _, name in resource.path)


def group_not_found(group: str) -> CloudError:
    return CloudError(404, "ResourceGroupNotFound", f"Resource group '{group}' could not be found.")


def parent_not_found(resource: ResourceId) -> CloudError:
    message = (
        f"Failed to perform 'write' on resource(s) of type '{resource.type.partition('/')[2]}', "
        f"because the parent resource '{resource.parent}' could not be found."
    )
    return CloudError(404, "ParentResourceNotFound", message)


def concurrent_request(resource: ResourceId, asked: str, under_way: str) -> CloudError:
    """Compute's answer to a second operation (seen in issues of Azure/azure-cli and microsoft/onefuzz)."""
    message = (
        "The request failed due to conflict with a concurrent request. To resolve it, please refer to "
        "https://aka.ms/activitylog to get more details on the conflicting requests. "
        f"(localazure: '{asked}' has to wait for '{under_way}' of '{resource}'.)"
    )
    return CloudError(409, "Conflict", message)


def not_supported(what: str) -> CloudError:
    """Azure does this; localazure does not, and says so rather than pretend."""
    return CloudError(501, "NotSupportedByLocalazure", f"localazure does not support this: {what}")


def invalid_parameter(message: str, target: str) -> CloudError:
    return CloudError(400, "InvalidParameter", message, target=target)
