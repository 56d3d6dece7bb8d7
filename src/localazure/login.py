"""Where clients log in: the token endpoint, its discovery documents, and the metadata service's identity endpoint."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from localazure.arm.auth import LIFETIME, Tokens
from localazure.arm.calls import Answer
from localazure.cloud import Cloud
from localazure.faults.control import control_routes
from localazure.faults.occasions import LOGIN, METADATA, Occasion
from localazure.faults.passage import pass_faults
from localazure.listener import NoResponse

Json = dict[str, Any]


def login_routes(cloud: Cloud, tokens: Tokens) -> list[BaseRoute]:
    """What is served without a token, beside Resource Manager."""

    async def endpoints(request: Request) -> Response:
        return JSONResponse(cloud_endpoints(_base(request), tokens.tenant))

    async def configuration(request: Request) -> Response:
        return JSONResponse(openid_configuration(_base(request), tokens.tenant))

    async def keys(_: Request) -> Response:
        return JSONResponse({"keys": [_jwk(tokens)]})

    async def discovery(request: Request) -> Response:
        where = f"{_base(request)}/{tokens.tenant}/v2.0/.well-known/openid-configuration"
        return JSONResponse({"tenant_discovery_endpoint": where, "api-version": "1.1", "metadata": []})

    async def token(request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        return await _granted(
            request, cloud, LOGIN, lambda lifetime: token_answer(tokens, form, _base(request), lifetime)
        )

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return [
        Route("/metadata/endpoints", endpoints),
        Route("/common/discovery/instance", discovery),
        Route("/{tenant}/v2.0/.well-known/openid-configuration", configuration),
        Route("/{tenant}/.well-known/openid-configuration", configuration),
        Route("/{tenant}/discovery/v2.0/keys", keys),
        Route("/{tenant}/oauth2/v2.0/token", token, methods=["POST"]),
        Route("/{tenant}/oauth2/token", token, methods=["POST"]),
        Route("/_localazure/health", health),
    ]


def cloud_endpoints(base: str, tenant: str) -> Json:
    """The one document ``az cloud register`` and Packer read to learn a cloud."""
    return {
        "portal": base,
        "authentication": {
            "loginEndpoint": base,
            "audiences": [base, f"{base}/"],
            "tenant": tenant,
            "identityProvider": "AAD",
        },
        "graphAudience": base,
        "graph": base,
        "name": "localazure",
        "suffixes": {"storage": "core.localazure.invalid", "keyVaultDns": "vault.localazure.invalid"},
        "batch": base,
        "resourceManager": base,
        "vmImageAliasDoc": f"{base}/_localazure/aliases.json",
        "sqlManagement": base,
        "microsoftGraphResourceId": base,
        "gallery": base,
    }


def openid_configuration(base: str, tenant: str) -> Json:
    return {
        "issuer": issuer(base, tenant),
        "token_endpoint": f"{base}/{tenant}/oauth2/v2.0/token",
        "authorization_endpoint": f"{base}/{tenant}/oauth2/v2.0/authorize",
        "device_authorization_endpoint": f"{base}/{tenant}/oauth2/v2.0/devicecode",
        "jwks_uri": f"{base}/{tenant}/discovery/v2.0/keys",
        "response_types_supported": ["code", "id_token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "cloud_instance_name": "localazure",
    }


def issuer(base: str, tenant: str) -> str:
    return f"{base}/{tenant}/v2.0"


def token_answer(tokens: Tokens, form: dict[str, str], base: str, lifetime: int) -> Answer:
    """Client credentials only. Refusals carry Entra ID's error codes."""
    if form.get("grant_type") != "client_credentials":
        message = "AADSTS70003: localazure's token endpoint supports the grant type client_credentials only."
        return _login_error("unsupported_grant_type", message, 400)
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    if not tokens.check_secret(client_id, secret):
        message = "AADSTS7000215: Invalid client secret provided. `localazure env` prints the right one."
        return _login_error("invalid_client", message, 401)
    audience = form.get("resource") or form.get("scope", base).removesuffix("/.default")
    token, _ = tokens.issue(audience, issuer(base, tokens.tenant), lifetime=lifetime)
    body = {"token_type": "Bearer", "expires_in": lifetime, "ext_expires_in": lifetime, "access_token": token}
    return Answer(200, body)


def metadata_app(cloud: Cloud, tokens: Tokens, base: str) -> Starlette:
    """What serves the host that localazure runs on: the metadata service's identity endpoint, and faults' control."""

    async def identity(request: Request) -> Response:
        query = request.query_params
        if request.headers.get("metadata", "").lower() != "true":
            return _json(_login_error("invalid_request", "Required metadata header not specified", 400))
        resource = query.get("resource")
        if not resource:
            return _json(_login_error("invalid_request", "Required query variable 'resource' is missing", 400))
        return await _granted(
            request, cloud, METADATA, lambda lifetime: _identity_answer(tokens, resource, base, lifetime)
        )

    identity_route = Route("/metadata/identity/oauth2/token", identity)
    return Starlette(routes=[identity_route, *control_routes(cloud)])


async def _granted(request: Request, cloud: Cloud, operation: str, grant: Callable[[int], Answer]) -> Response:
    occasion = Occasion(operation, request.url.path, request.method, request.url.path)
    answer = await pass_faults(request, cloud, occasion, lambda: grant(cloud.faults.token_lifetime(occasion, LIFETIME)))
    return NoResponse() if answer is None else _json(answer)


def _identity_answer(tokens: Tokens, resource: str, base: str, lifetime: int) -> Answer:
    token, ends = tokens.issue(resource, issuer(base, tokens.tenant), lifetime=lifetime)
    body = {
        "access_token": token,
        "client_id": tokens.principal.client_id,
        "expires_in": str(lifetime),
        "expires_on": str(ends),
        "not_before": str(ends - lifetime),
        "resource": resource,
        "token_type": "Bearer",
    }
    return Answer(200, body)


def _login_error(code: str, description: str, status: int) -> Answer:
    return Answer(status, {"error": code, "error_description": description})


def _json(answer: Answer) -> Response:
    return JSONResponse(answer.body, answer.status, answer.headers)


def _base(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def _jwk(tokens: Tokens) -> Json:
    numbers = tokens.public_numbers
    return {"kty": "RSA", "use": "sig", "kid": "localazure", "n": _base64(numbers.n), "e": _base64(numbers.e)}


def _base64(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
