"""How a step reaches Azure and the guests: made inside the step, gone at its end, and in none of its results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prefect import get_run_logger
from prefect.context import TaskRunContext
from prefect.logging import get_logger

from mintage.azure.clients import Clients, connect
from mintage.credentials import BuildKeys
from mintage.master_key import load_master_key
from mintage.settings import Settings, load_settings
from tasks.holding import HeldPolicy

CALLS = "Calls to Azure: "


@dataclass(frozen=True)
class Connection:
    settings: Settings
    clients: Clients

    def keys(self, build_id: str) -> BuildKeys:
        """Return the build's keys, derived anew. Raises SettingsError when the master key cannot be used."""
        return BuildKeys(load_master_key(self.settings), build_id)


@contextmanager
def connected() -> Iterator[Connection]:
    """Raises SettingsError when the environment does not say how.

    What Azure was asked is in the step's log, and so is each call that was tried again or had to wait, with its reason.
    """
    settings = load_settings()
    # Now: uploads tell from threads, which have no run of their own.
    log = get_run_logger() if TaskRunContext.get() else get_logger("azure")
    with connect(settings, policies=[HeldPolicy()], tell=log.warning) as clients:
        try:
            yield Connection(settings, clients)
        finally:
            _log_calls(clients.calls)


def _log_calls(calls: Counter[str]) -> None:
    """Name the kinds of calls, the most frequent first: subscriptions have budgets of them."""
    if TaskRunContext.get() is None:
        # Hooks have no run of their own.
        return
    kinds = ", ".join(f"{count} x {kind}" for kind, count in calls.most_common())
    get_run_logger().info("%s%s", CALLS, kinds or "none")
