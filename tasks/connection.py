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
from mintage.outside import OUTSIDE
from mintage.settings import Settings, load_settings
from tasks.holding import HeldPolicy
from tasks.kept_places import KeptPlaces

CALLS = "Calls to Azure: "
WAITED = "In calls to Azure, what they begin, and guests: "


@dataclass(frozen=True)
class Connection:
    settings: Settings
    clients: Clients

    def keys(self, build_id: str) -> BuildKeys:
        """Return the build's keys, derived anew. Raises SettingsError when the master key cannot be used."""
        return BuildKeys(load_master_key(self.settings), build_id)


@contextmanager
def connected(build_id: str | None = None) -> Iterator[Connection]:
    """Raises SettingsError when the environment does not say how.

    ``build_id``: whose VM may be made or started, so that it is kept where that was to be had.
    What Azure was asked is in the step's log, and so is each call that was tried again or had to wait, with its reason.
    """
    before = OUTSIDE.seconds
    settings, places = load_settings(), KeptPlaces(build_id) if build_id else None
    # Now: uploads tell from threads, which have no run of their own.
    log = get_run_logger() if TaskRunContext.get() else get_logger("azure")
    with connect(settings, policies=[HeldPolicy()], tell=log.warning, places=places) as clients:
        try:
            yield Connection(settings, clients)
        finally:
            _log_calls(clients.calls, OUTSIDE.seconds - before)


def _log_calls(calls: Counter[str], seconds: float) -> None:
    """Name the kinds of calls, the most frequent first: subscriptions have budgets of them. And say what took long."""
    if TaskRunContext.get() is None:
        # Hooks have no run of their own.
        return
    kinds = ", ".join(f"{count} x {kind}" for kind, count in calls.most_common())
    get_run_logger().info("%s%s", CALLS, kinds or "none")
    get_run_logger().info("%s%.2f s", WAITED, seconds)
