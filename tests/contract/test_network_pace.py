"""While a network is still being made, as it is on Azure for some seconds, what depends on it is told to wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from localazure.server import running
from tests.contract.conftest import Azure, instant_settings
from tests.support.network import HERE, Net, code_of


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Net]:
    """A group on a server at a third of Azure's pace, where making a network takes some seconds."""
    settings = instant_settings(tmp_path).model_copy(update={"pace": 0.3})
    with running(settings) as server, ExitStack() as stack:
        monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", server.endpoints.metadata)
        azure = Azure(server, stack)
        azure.resources.resource_groups.create_or_update("group", HERE)
        yield Net(azure, "group")


def test_what_is_being_made_can_neither_be_used_nor_changed(slow: Net) -> None:
    subnets = [{"name": "default", "properties": {"addressPrefix": "10.1.0.0/24"}}]
    body: Any = HERE | {"properties": {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}, "subnets": subnets}}
    making = slow.client.virtual_networks.begin_create_or_update("group", "net", body)
    with pytest.raises(HttpResponseError) as early:
        slow.nic()
    assert (early.value.status_code, code_of(early)) == (429, "RetryableError")
    assert early.value.error is not None
    assert [each.code for each in early.value.error.details] == ["ReferencedResourceNotProvisioned"]
    with pytest.raises(HttpResponseError) as second:
        slow.subnet("other", "10.1.1.0/24")
    assert (second.value.status_code, code_of(second)) == (429, "AnotherOperationInProgress")
    shown = slow.client.virtual_networks.get("group", "net")
    assert shown.subnets is not None
    assert {shown.provisioning_state, shown.subnets[0].provisioning_state} == {"Updating"}
    making.result()
    assert slow.nic().provisioning_state == "Succeeded"
