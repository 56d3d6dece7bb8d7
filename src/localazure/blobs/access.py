"""Whether a request may do what it asks: by an account's key, a signature, or a token."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from localazure.arm.errors import CloudError
from localazure.blobs.errors import BlobError, not_permitted
from localazure.blobs.records import Account
from localazure.blobs.requests import BlobCall
from localazure.blobs.shared_key import is_signed
from localazure.blobs.signatures import permissions
from localazure.blobs.store import BlobStore

CheckToken = Callable[[str], None]
"""Raises CloudError 401 unless the Authorization header carries a good token for the blob service."""


class Access:
    def __init__(self, store: BlobStore, check_token: CheckToken) -> None:
        self._store, self._check_token = store, check_token

    def check(self, call: BlobCall) -> None:
        """Raises BlobError 403 or 401 for what is not permitted, 404 for an account that is not there."""
        account = self._store.account(call.account)
        if account is None:
            raise BlobError(404, "ResourceNotFound", f"There is no storage account '{call.account}'.")
        if "sig" in call.query:
            self._check_signature(call, account)
        elif call.headers.get("authorization", "").startswith("SharedKey "):
            if not is_signed(call, account.keys):
                raise not_permitted("The MAC signature found in the HTTP request is not the same as any computed one.")
        elif call.headers.get("authorization", "").startswith("Bearer ") and not account.hidden:
            self._check_bearer(call)
        else:
            raise BlobError(401, "NoAuthenticationInformation", "Server failed to authenticate the request.")

    def _check_signature(self, call: BlobCall, account: Account) -> None:
        container = self._store.container(call.account, call.container)
        granted = permissions(call, account, container, datetime.now(UTC))
        if not set(_permitting(call)) & set(granted):
            message = "This request is not authorized to perform this operation using this permission."
            raise BlobError(403, "AuthorizationPermissionMismatch", message)

    def _check_bearer(self, call: BlobCall) -> None:
        try:
            self._check_token(call.headers["authorization"])
        except CloudError as error:
            raise BlobError(error.status, "InvalidAuthenticationInfo", error.message) from None


def _permitting(call: BlobCall) -> str:
    """The letters any one of which lets the request through (Microsoft Learn, "Create a service SAS")."""
    if call.method in {"GET", "HEAD"}:
        return "l" if call.comp == "list" else "r"
    if call.method == "DELETE":
        return "d"
    return "w" if call.comp else "cw"
