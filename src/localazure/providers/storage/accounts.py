"""Storage accounts: their names are unique on all of Azure, and their two keys open everything in them."""

from __future__ import annotations

import re
import secrets
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal

from localazure.arm.bodies import Body, Json, TrackedBody, parse_body
from localazure.arm.calls import Answer, Call
from localazure.arm.errors import CloudError
from localazure.arm.families import Style
from localazure.arm.ids import ResourceId
from localazure.arm.resource_type import Action, ResourceType
from localazure.blobs.records import Account
from localazure.cloud import Cloud, Route
from localazure.providers.compute.references import STORAGE_ACCOUNT
from localazure.store import Resource

_KEYS = ("key1", "key2")


class _Sku(Body):
    read_only: ClassVar[frozenset[str]] = frozenset({"tier"})
    name: Literal["Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_RAGRS", "Premium_LRS"]


class _Properties(Body):
    unsupported: ClassVar[frozenset[str]] = frozenset(
        {"customDomain", "azureFilesIdentityBasedAuthentication", "isHnsEnabled", "isSftpEnabled", "isNfsV3Enabled"}
    )
    read_only: ClassVar[frozenset[str]] = frozenset({"encryption", "networkAcls", "allowCrossTenantReplication"})
    access_tier: Literal["Hot", "Cool"] | None = None
    allow_blob_public_access: Literal[False] = False
    allow_shared_key_access: bool = True
    minimum_tls_version: Literal["TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3"] = "TLS1_2"
    public_network_access: Literal["Enabled"] = "Enabled"
    supports_https_traffic_only: Literal[True] = True
    default_to_o_auth_authentication: bool = False


class StorageAccountBody(TrackedBody):
    unsupported: ClassVar[frozenset[str]] = frozenset({"identity", "extendedLocation"})
    sku: _Sku
    kind: Literal["StorageV2", "Storage", "BlobStorage", "BlockBlobStorage"] = "StorageV2"
    properties: _Properties = _Properties()


class _NamedKey(Body):
    key_name: Literal["key1", "key2"]


class StorageAccount(ResourceType):
    full_type: ClassVar[str] = STORAGE_ACCOUNT
    body: ClassVar[type[Body]] = StorageAccountBody
    creation: ClassVar[Style] = Style.SYNC
    name_pattern: ClassVar[str] = r"[a-z0-9]{3,24}"

    def plan(self, call: Call, body: Any, rid: ResourceId, current: Resource | None) -> Resource:
        if current is None and self.cloud.blobs.account(rid.name) is not None:
            raise CloudError(
                409, "StorageAccountAlreadyTaken", f"The storage account named {rid.name} is already taken."
            )
        properties = body.properties.json_body() | {
            "primaryEndpoints": {"blob": f"{self.cloud.blob_endpoint}/{rid.name}/"},
            "primaryLocation": body.location,
            "statusOfPrimary": "available",
            "creationTime": current.properties["creationTime"] if current else datetime.now(UTC).isoformat(),
        }
        return Resource(
            id=str(rid),
            location=body.location,
            tags=body.tags,
            properties=properties,
            extra={"sku": {"name": body.sku.name, "tier": body.sku.name.partition("_")[0]}, "kind": body.kind},
        )

    def accept(self, resource: Resource) -> None:
        if self.cloud.blobs.account(resource.rid.name) is None:
            self.cloud.blobs.put_account(Account(name=resource.rid.name, keys=(_new_key(), _new_key())))

    def view(self, resource: Resource, call: Call) -> Json:
        # The port may be another since the account was made.
        endpoints = {"primaryEndpoints": {"blob": f"{self.cloud.blob_endpoint}/{resource.rid.name}/"}}
        return self.document(resource, resource.properties | endpoints)

    def delete(self, call: Call, rid: ResourceId) -> Answer:
        resource = self.cloud.store.find(rid)
        if resource is None:
            return Answer(204)
        self.delete_now(resource)
        return Answer(200)

    def destroy(self, resource: Resource) -> None:
        self.cloud.blobs.delete_account(resource.rid.name)

    def _list_keys(self, resource: Resource, arguments: Json) -> Json:
        account = self.cloud.blobs.account(resource.rid.name)
        keys = account.keys if account else ()
        return {
            "keys": [
                {"keyName": name, "value": key, "permissions": "FULL"} for name, key in zip(_KEYS, keys, strict=False)
            ]
        }

    def _regenerate(self, resource: Resource, arguments: Json) -> Json:
        name = parse_body(_NamedKey, {"keyName": arguments.get("keyName")}).key_name
        account = self.cloud.blobs.account(resource.rid.name)
        if account:
            keys = tuple(_new_key() if each == name else key for each, key in zip(_KEYS, account.keys, strict=True))
            self.cloud.blobs.put_account(account.model_copy(update={"keys": keys}))
        return self._list_keys(resource, arguments)

    actions: ClassVar[dict[str, Action]] = {
        "listKeys": Action(_list_keys, style=Style.SYNC),
        "regenerateKey": Action(_regenerate, style=Style.SYNC),
    }


def check_name(cloud: Cloud, call: Call, _: dict[str, str]) -> Answer:
    """``POST …/checkNameAvailability``, which clients ask before they make an account."""
    name = str((call.body or {}).get("name", ""))
    if not re.fullmatch(StorageAccount.name_pattern, name):
        message = f"{name} is not a valid storage account name: 3 to 24 lower-case letters and digits."
        return Answer(200, {"nameAvailable": False, "reason": "AccountNameInvalid", "message": message})
    if cloud.blobs.account(name) is not None:
        message = f"The storage account named {name} is already taken."
        return Answer(200, {"nameAvailable": False, "reason": "AlreadyExists", "message": message})
    return Answer(200, {"nameAvailable": True})


NAME_ROUTE = Route(
    "POST", "/subscriptions/{subscription}/providers/Microsoft.Storage/checkNameAvailability", check_name
)


def _new_key() -> str:
    return b64encode(secrets.token_bytes(64)).decode()
