"""Links that a run shows lead to where the builder can follow them."""

from __future__ import annotations

import pytest

from tasks.run_artifacts import _address

VERSION = "/subscriptions/s/resourceGroups/images/providers/Microsoft.Compute/galleries/g/images/web/versions/1.0.0"


@pytest.mark.parametrize(
    ("resource_manager", "address"),
    [
        ("https://management.azure.com", f"https://portal.azure.com/#resource{VERSION}"),
        ("https://management.usgovcloudapi.net", f"https://portal.azure.us/#resource{VERSION}"),
        ("https://127.0.0.1:8443", f"https://127.0.0.1:8443{VERSION}?api-version=2024-03-03"),
    ],
)
def test_a_version_is_looked_at_in_the_portal_of_its_cloud(resource_manager: str, address: str) -> None:
    assert _address(VERSION, resource_manager) == address
