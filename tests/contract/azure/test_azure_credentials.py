"""Credentials that end in the middle of a build."""

from __future__ import annotations

import re
import time
from collections import Counter
from typing import Any

import pytest
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy

from localazure.faults.client import FaultClient
from localazure.faults.kinds.connections import ResetFault
from localazure.faults.kinds.operations import HangingOperationFault
from localazure.faults.kinds.status import StatusFault
from localazure.faults.kinds.tokens import ExpiredTokenFault, ShortTokenFault
from mintage.artifacts import ResolvedSource
from mintage.azure.clients import Clients, connect
from mintage.azure.provision import provision
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.errors import AzureBusy
from mintage.settings import Settings

_SECONDS = 2


class TokensSeen(SansIOHTTPPolicy[Any, Any]):
    """The different tokens that a build's calls carried."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()

    def on_response(self, request: PipelineRequest[Any], response: Any) -> None:
        self.seen[request.http_request.headers["Authorization"]] += 1


def test_a_wait_that_outlasts_the_token_goes_on_with_another_one(
    clients: Clients,
    settings: Settings,
    plan: BuildPlan,
    source: ResolvedSource,
    keys: BuildKeys,
    faults: FaultClient,
) -> None:
    faults.add(ShortTokenFault(seconds=_SECONDS))
    faults.add(
        HangingOperationFault(
            operation="PUT Microsoft.Compute/virtualMachines", leaves="nothing", seconds=2.5 * _SECONDS
        )
    )
    tokens = TokensSeen()
    begun = time.monotonic()
    with connect(settings, policies=[tokens]) as mine:
        vm = provision(mine, settings, plan, source, keys)
    assert time.monotonic() - begun > 2 * _SECONDS
    assert len(tokens.seen) > 2
    assert clients.compute.virtual_machines.get(vm.resource_group, vm.name)["id"] == vm.resource_id


def test_each_retry_of_a_token_request_is_told_with_its_reason(settings: Settings, faults: FaultClient) -> None:
    faults.add(ResetFault(operation="GET metadata/token", count=1))
    faults.add(StatusFault(operation="GET metadata/token", status=503, count=1))
    told: list[str] = []
    with connect(settings, tell=told.append) as mine:
        assert list(mine.resources.resource_groups.list()) is not None
    first, second = (line for line in told if "token" in line)
    endpoint = r"GET http://\S+/metadata/identity/oauth2/token"
    assert re.match(rf"{endpoint}, attempt 1: .*(reset|aborted|closed).*; it is tried again", first), first
    assert re.match(rf"{endpoint}, attempt 2: it was answered 503.*; it is tried again", second), second
    assert not any("secret" in line for line in told)


def test_a_token_that_azure_finds_expired_ends_the_attempt_and_the_next_one_goes_on(
    settings: Settings, plan: BuildPlan, source: ResolvedSource, keys: BuildKeys, faults: FaultClient
) -> None:
    faults.add(ExpiredTokenFault(operation="GET Microsoft.Compute/locations/operations", count=1))
    with connect(settings) as mine, pytest.raises(AzureBusy, match="expired when Azure saw it") as raised:
        provision(mine, settings, plan, source, keys)
    assert raised.value.transient
    with connect(settings) as mine:
        vm = provision(mine, settings, plan, source, keys)
        assert mine.calls["PUT Microsoft.Compute/virtualMachines"] == 0, "what was begun is adopted"
    assert vm.name == plan.names.vm
