"""Refusals in the blob service's form: an HTTP status, a code in a header, and XML that says more."""

from __future__ import annotations


class BlobError(Exception):
    """Raised anywhere in a request; becomes the answer."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.status, self.code, self.message = status, code, message


def not_supported(what: str) -> BlobError:
    """Azure does this; localazure does not, and says so rather than pretend."""
    return BlobError(501, "NotImplemented", f"localazure does not support this: {what}")


def invalid_header(name: str, value: str, expected: str) -> BlobError:
    message = (
        f"The value for one of the HTTP headers is not in the correct format. {name}: '{value}' is not {expected}."
    )
    return BlobError(400, "InvalidHeaderValue", message)


def missing_header(name: str) -> BlobError:
    message = f"An HTTP header that's mandatory for this request is not specified: {name}."
    return BlobError(400, "MissingRequiredHeader", message)


def not_permitted(message: str) -> BlobError:
    return BlobError(403, "AuthenticationFailed", f"Server failed to authenticate the request. {message}")
