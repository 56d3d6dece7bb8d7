"""A stack's processes know of no other cloud than the stack's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployments.local_stack.prefect_parts import environment_of
from deployments.local_stack.slots import take_slot


def test_what_leads_to_a_real_subscription_stays_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = {
        "AZURE_CLIENT_SECRET": "s3cret",
        "AZURE_TENANT_ID": "contoso",
        "IDENTITY_ENDPOINT": "http://127.0.0.1:1",
        "MINTAGE_SUBSCRIPTION_ID": "production",
        "PREFECT_PROFILE": "work",
    }
    for name, value in elsewhere.items():
        monkeypatch.setenv(name, value)
    with take_slot(tmp_path) as slot:
        environment = environment_of(slot, "http://127.0.0.1:4200/api")
    assert elsewhere.keys().isdisjoint(environment)


def test_a_database_of_ones_own_is_respected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_DATABASE_CONNECTION_URL", "postgresql+asyncpg://prefect@127.0.0.1/prefect")
    with take_slot(tmp_path) as slot:
        environment = environment_of(slot, "http://127.0.0.1:4200/api")
    assert environment["PREFECT_API_DATABASE_CONNECTION_URL"] == "postgresql+asyncpg://prefect@127.0.0.1/prefect"
    assert environment["PREFECT_HOME"] == str(slot.prefect)
