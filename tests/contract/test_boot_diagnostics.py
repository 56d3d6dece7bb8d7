"""The serial log, at a URL that carries its own permission."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from azure.core.exceptions import HttpResponseError

from tests.contract.conftest import Azure
from tests.support.compute import Compute, refusal


@pytest.fixture
def compute(azure: Azure, group: str) -> Compute:
    return Compute(azure, group)


def log_url(compute: Compute, **more: Any) -> httpx.URL:
    found = compute.client.virtual_machines.retrieve_boot_diagnostics_data(compute.group, "vm", **more)
    return httpx.URL(str(found.serial_console_log_blob_uri))


def fetch(compute: Compute, url: httpx.URL) -> httpx.Response:
    return httpx.get(url, verify=compute.azure.trust)


def test_the_serial_log_is_read_without_a_token(compute: Compute) -> None:
    compute.vm()
    answer = fetch(compute, log_url(compute))
    assert answer.status_code == 200
    assert "Cloud-init" in answer.text


def test_a_url_is_good_for_one_machine_and_one_time_only(compute: Compute) -> None:
    compute.vm()
    url = log_url(compute, sas_uri_expiration_time_in_minutes=5)
    later = url.copy_set_param("se", int(url.params["se"]) + 60)
    assert fetch(compute, later).status_code == 403
    assert fetch(compute, url.copy_set_param("sig", "0" * 64)).status_code == 403
    assert fetch(compute, url.copy_with(query=None)).status_code == 403
    assert fetch(compute, url.copy_with(path=url.path.replace("/vm.", "/other."))).status_code == 403


def test_a_machine_without_boot_diagnostics_has_no_log_to_show(compute: Compute) -> None:
    body = compute.body()
    del body["properties"]["diagnosticsProfile"]
    compute.put("vm", body)
    with pytest.raises(HttpResponseError) as caught:
        log_url(compute)
    assert refusal(caught) == (409, "OperationNotAllowed")


def test_a_url_does_not_last_longer_than_a_day(compute: Compute) -> None:
    compute.vm()
    with pytest.raises(HttpResponseError) as caught:
        log_url(compute, sas_uri_expiration_time_in_minutes=1441)
    assert refusal(caught) == (400, "InvalidParameter")
