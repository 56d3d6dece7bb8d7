"""A stack's processes know of no other cloud than the stack's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployments.local_stack.prefect_parts import environment_of, existing_api, queue_of
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


def test_a_server_that_is_there_is_used_and_its_queues_are_not_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    assert existing_api() is None
    monkeypatch.setenv("PREFECT_API_URL", "https://prefect.example/api")
    assert existing_api() == "https://prefect.example/api"
    with take_slot(tmp_path / "here") as here, take_slot(tmp_path / "there") as there:
        assert queue_of(here, shared=False) == "stack-1"
        assert len({queue_of(slot, shared=True) for slot in (here, there, here)}) == 2
