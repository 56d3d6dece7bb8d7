"""Azure's OpenAPI documents (Swagger 2.0) as a judge of recorded requests and responses."""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import SansIOHTTPPolicy
from jsonschema import Draft202012Validator, ValidationError

from tests.support.evidence import EVIDENCE

_ARCHIVE = next(iter(sorted(EVIDENCE.glob("azure-rest-api-specs-*.tar.xz"))), None)
# Where operations are asked about: no document describes these URLs.
_POLLED = re.compile(r"/(operations|diskoperations|capsoperations|operationresults)/[^/]+$", re.IGNORECASE)
_ROOT = "specification"
# The newest of each in the archive; all others only where these refer to them.
DOCUMENTS = (
    *(f"compute/resource-manager/Microsoft.Compute/ComputeRP/stable/2024-07-01/{name}.json"
      for name in ("computeRPCommon", "image", "runCommand", "virtualMachine", "virtualMachineImage")),
    *(f"compute/resource-manager/Microsoft.Compute/DiskRP/stable/2024-03-02/{name}.json"
      for name in ("disk", "snapshot")),
    *(f"compute/resource-manager/Microsoft.Compute/GalleryRP/stable/2024-03-03/{name}.json"
      for name in ("gallery", "communityGallery", "sharedGallery")),
    "compute/resource-manager/Microsoft.Compute/Skus/stable/2021-07-01/skus.json",
    *(f"network/resource-manager/Microsoft.Network/stable/2024-05-01/{name}.json"
      for name in ("virtualNetwork", "networkSecurityGroup", "publicIpAddress", "networkInterface")),
    "resources/resource-manager/Microsoft.Resources/stable/2024-07-01/resources.json",
    "resources/resource-manager/Microsoft.Resources/stable/2022-12-01/subscriptions.json",
    "marketplaceordering/resource-manager/Microsoft.MarketplaceOrdering/stable/2021-01-01/Agreements.json",
)  # fmt: skip
_KEPT = ("type", "enum", "minimum", "maximum", "minLength", "maxLength", "pattern", "minItems", "maxItems")

Json = dict[str, Any]


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, as they were on the wire."""

    method: str
    path: str
    query: frozenset[str]
    """Names of the query's parameters."""
    request: Any
    status: int
    response: Any


class Recorder(SansIOHTTPPolicy[Any, Any]):
    """Keeps every exchange of the clients it is a policy of, but for the polling of operations."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []

    def on_response(self, request: PipelineRequest[Any], response: PipelineResponse[Any, Any]) -> None:
        sent, answer = request.http_request, response.http_response
        url = urlsplit(sent.url)
        if _POLLED.search(url.path):
            return
        content = answer.read()
        exchange = Exchange(
            method=sent.method,
            path=url.path,
            query=frozenset(name for name, _ in parse_qsl(url.query)),
            request=json.loads(sent.content) if sent.content else None,
            status=answer.status_code,
            response=json.loads(content) if content else None,
        )
        self.exchanges.append(exchange)


@dataclass(frozen=True)
class _Operation:
    pattern: re.Pattern[str]
    template: str
    method: str
    file: Path
    document: Json
    shared: tuple[Json, ...]
    """Parameters of the path, for all its methods."""

    @property
    def named(self) -> str:
        tail = self.template.partition("/providers/")[2] or self.template.rpartition("/{subscriptionId}")[2] or "/"
        return f"{self.method} {tail}"


class OpenApi:
    """Finds the operation of an exchange, and says where the exchange strays from it."""

    def __init__(self, archive: Path, folder: Path) -> None:
        with tarfile.open(archive) as tar:
            # Python 3.11.2 has no filters yet.
            tar.extraction_filter = getattr(tarfile, "data_filter", None)
            tar.extractall(folder)  # noqa: S202
        self._root = folder / _ROOT
        self._schemas: Json = {}
        self._operations = [operation for name in DOCUMENTS for operation in self._load(self._root / name)]

    def check(self, recorder: Recorder, *, at_least: int, newer: Iterable[str] = ()) -> None:
        """Fail with all that strays from the documents in what was recorded; ``at_least`` so many exchanges.

        ``newer``: ends of problems that are right all the same, each of which must occur.
        """
        assert len(recorder.exchanges) >= at_least
        found = {problem for exchange in recorder.exchanges for problem in self.problems(exchange)}
        known = {problem: end for problem in found for end in newer if problem.endswith(end)}
        assert found == known.keys(), "\n".join(sorted(found - known.keys()))
        assert set(known.values()) == set(newer), "an exception that nothing needs any more"

    def problems(self, exchange: Exchange) -> set[str]:
        """Each as ``METHOD type request|response path: what``; empty when all is as documented."""
        operation = self._find(exchange)
        if operation is None:
            return {f"{exchange.method} {exchange.path}: no such operation"}
        found = self._request_problems(operation, exchange) | self._response_problems(operation, exchange)
        return {f"{operation.named} {problem}" for problem in found}

    def _request_problems(self, operation: _Operation, exchange: Exchange) -> set[str]:
        given = [*operation.shared, *operation.document.get("parameters", [])]
        parameters = [self._resolved(each, operation.file)[0] for each in given]
        known = {str(each["name"]) for each in parameters if each["in"] == "query"}
        found = {f"request: unknown query parameter '{name}'" for name in exchange.query - known - {"api-version"}}
        bodies = [each for each in parameters if each["in"] == "body"]
        if exchange.request is None:
            return found | ({"request: no body"} if any(each.get("required") for each in bodies) else set())
        if not bodies:
            return found | {"request: a body where none is documented"}
        return found | self._judged("request", bodies[0]["schema"], operation.file, exchange.request)

    def _response_problems(self, operation: _Operation, exchange: Exchange) -> set[str]:
        responses = operation.document["responses"]
        documented = responses.get(str(exchange.status)) or (
            responses.get("default") if exchange.status >= 400 else None
        )
        if documented is None and exchange.status >= 400:
            # The disk provider's documents leave refusals out; Resource Manager gives them one form.
            return set() if _is_refusal(exchange.response) else {"response: a refusal without error, code and message"}
        if documented is None:
            return {f"response: status {exchange.status} is not documented"}
        schema = documented.get("schema")
        if schema is None:
            return {f"response: a body with status {exchange.status}"} if exchange.response is not None else set()
        if exchange.response is None:
            return set() if exchange.status in {202, 204} else {f"response: no body with status {exchange.status}"}
        return self._judged("response", schema, operation.file, exchange.response)

    def _judged(self, side: str, schema: Json, file: Path, body: Any) -> set[str]:
        converted = self._converted(schema, file)
        validator = Draft202012Validator({**converted, "$defs": self._schemas})
        return {f"{side} {problem}" for error in validator.iter_errors(body) for problem in _described(error)}

    def _find(self, exchange: Exchange) -> _Operation | None:
        fitting = [
            each
            for each in self._operations
            if each.method == exchange.method and each.pattern.fullmatch(exchange.path)
        ]
        return min(fitting, key=lambda each: each.template.count("{"), default=None)

    def _load(self, file: Path) -> list[_Operation]:
        return [
            _Operation(_pattern(template), template, method.upper(), file, document, tuple(item.get("parameters", ())))
            for template, item in _read(file)["paths"].items()
            for method, document in item.items()
            if method != "parameters"
        ]

    def _resolved(self, schema: Json, file: Path) -> tuple[Json, Path]:
        """Follow references until there is none."""
        while "$ref" in schema:
            place, _, pointer = schema["$ref"].partition("#")
            file = (file.parent / place).resolve() if place else file
            schema = _read(file)
            for part in pointer.strip("/").split("/"):
                schema = schema[part]
        return schema, file

    def _converted(self, schema: Json, file: Path) -> Json:
        """JSON Schema 2020-12, in which an object has no properties but its own."""
        if "$ref" not in schema:
            return self._inline(schema, file)
        place, _, pointer = schema["$ref"].partition("#")
        target = (file.parent / place).resolve() if place else file
        key = f"{target.parent.name}.{target.stem}.{pointer.rpartition('/')[2]}"
        if key not in self._schemas:
            self._schemas[key] = {}
            self._schemas[key] = self._inline(*self._resolved(schema, file))
        return {"$ref": f"#/$defs/{key}"}

    def _inline(self, schema: Json, file: Path) -> Json:
        kept = {key: schema[key] for key in _KEPT if key in schema}
        if "items" in schema:
            return kept | {"items": self._converted(schema["items"], file)}
        properties, required = self._members(schema, file)
        if properties:
            kept |= {"type": "object", "properties": properties, "required": required}
            kept["additionalProperties"] = False
        if isinstance(schema.get("additionalProperties"), dict):
            kept["additionalProperties"] = self._converted(schema["additionalProperties"], file)
        return kept

    def _members(self, schema: Json, file: Path) -> tuple[Json, list[str]]:
        """Properties and required ones, those of ``allOf`` included."""
        properties: Json = {}
        required = list(schema.get("required", []))
        for part in schema.get("allOf", []):
            inherited, needed = self._members(*self._resolved(part, file))
            properties |= inherited
            required += needed
        own = {name: self._converted(each, file) for name, each in schema.get("properties", {}).items()}
        return properties | own, required


@cache
def _read(file: Path) -> Json:
    document: Json = json.loads(file.read_text(encoding="utf-8-sig"))
    return document


def _pattern(template: str) -> re.Pattern[str]:
    parts = [("[^/]+" if part.startswith("{") else re.escape(part)) for part in re.split(r"(\{\w+\})", template)]
    return re.compile("".join(parts).rstrip("/"), re.IGNORECASE)


def _described(error: ValidationError) -> list[str]:
    path = ".".join("[]" if isinstance(part, int) else str(part) for part in error.absolute_path) or "."
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        unknown = (
            set(error.instance) - set(error.schema.get("properties", {})) if isinstance(error.schema, dict) else set()
        )
        return [f"{path}: unknown property '{name}'" for name in unknown]
    if error.validator == "enum":
        return [f"{path}: '{error.instance}' is none of Azure's values"]
    return [f"{path}: {error.message}"]


def _is_refusal(body: Any) -> bool:
    return isinstance(body, dict) and {"code", "message"} <= set(body.get("error", {}))


@pytest.fixture(scope="session")
def openapi(tmp_path_factory: pytest.TempPathFactory) -> OpenApi:
    """The documents. They are no part of the project, so a test that wants them is skipped where they are not."""
    if _ARCHIVE is None:
        pytest.skip(f"Azure's OpenAPI documents are not in {EVIDENCE}; MINTAGE_EVIDENCE says where else they are")
    return OpenApi(_ARCHIVE, tmp_path_factory.mktemp("openapi"))
