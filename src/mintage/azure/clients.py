"""The SDK's clients of one subscription, made as they are needed.

Each is imported then, too: they are a fifth of what a process imports, and many need one of them or none.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING, Any

from azure.core.credentials import TokenCredential
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.identity import DefaultAzureCredential

from mintage.azure.budget import BudgetPolicy, Ledger, open_ledger
from mintage.azure.calls import CallCounter, Timed
from mintage.azure.pauses import PunctualRetries
from mintage.azure.token_retries import TokenTransport
from mintage.azure.told_retries import RetryTeller, Tell
from mintage.placement import PlaceRecord, PlacesInMemory
from mintage.settings import Settings

if TYPE_CHECKING:
    from azure.mgmt.compute import ComputeManagementClient
    from azure.mgmt.network import NetworkManagementClient
    from azure.mgmt.resource.resources import ResourceManagementClient

Policy = SansIOHTTPPolicy[Any, Any]
_log = logging.getLogger("mintage.azure")


class Clients:
    """Clients for compute, network and resources, all with the retry policy of azure-core, within the time there is.

    ``calls`` counts what was asked, by kind (see ``calls.kind_of``). ``policies`` see each request as it is sent.
    ``tell`` hears, in a line each, of what is tried again, and of waiting for a budget of calls (see ``budget``).
    ``places`` keeps where the build VM was to be had.
    """

    def __init__(
        self,
        settings: Settings,
        credential: TokenCredential,
        *,
        subscription_id: str | None = None,
        policies: Sequence[Policy] = (),
        calls: Counter[str] | None = None,
        tell: Tell = _log.info,
        places: PlaceRecord | None = None,
    ) -> None:
        self.settings, self.credential, self.policies, self.tell = settings, credential, tuple(policies), tell
        self.places = places or PlacesInMemory()
        self.subscription_id = subscription_id or settings.subscription_id
        self.calls: Counter[str] = Counter() if calls is None else calls
        self._open = ExitStack()

    @property
    def poll_seconds(self) -> float:
        """Between two looks at something for which Azure names no time of its own."""
        return self.settings.poll_seconds

    @property
    def ca_file(self) -> str | None:
        """What to trust instead of the usual authorities."""
        return str(self.settings.ca_file) if self.settings.ca_file else None

    @cached_property
    def compute(self) -> ComputeManagementClient:
        from azure.mgmt.compute import ComputeManagementClient  # noqa: PLC0415

        return self._open.enter_context(ComputeManagementClient(**self._options()))

    @cached_property
    def network(self) -> NetworkManagementClient:
        from azure.mgmt.network import NetworkManagementClient  # noqa: PLC0415

        return self._open.enter_context(NetworkManagementClient(**self._options()))

    @cached_property
    def resources(self) -> ResourceManagementClient:
        from azure.mgmt.resource.resources import ResourceManagementClient  # noqa: PLC0415

        return self._open.enter_context(ResourceManagementClient(**self._options()))

    def in_subscription(self, subscription_id: str) -> Clients:
        """The same identity's clients for another subscription; closed, and counted, with these."""
        if subscription_id.lower() == self.subscription_id.lower():
            return self
        other = Clients(
            self.settings,
            self.credential,
            subscription_id=subscription_id,
            policies=self.policies,
            calls=self.calls,
            tell=self.tell,
            places=self.places,
        )
        self._open.callback(other.close)
        return other

    def close(self) -> None:
        self._open.close()

    def _options(self) -> dict[str, Any]:
        base = self.settings.resource_manager
        return {
            "credential": self.credential,
            "subscription_id": self.subscription_id,
            "base_url": base,
            "credential_scopes": [f"{base}/.default"],
            "connection_verify": self.ca_file or True,
            "polling_interval": self.poll_seconds,
            "per_call_policies": [Timed()],
            "retry_policy": PunctualRetries(),
            "per_retry_policies": [CallCounter(self.calls), RetryTeller(self.tell), *self._budget(), *self.policies],
            "user_agent": "mintage",
        }

    def _budget(self) -> list[BudgetPolicy]:
        share = self.settings.budget_share
        if not share or self._ledger is None:
            return []
        return [BudgetPolicy(self._ledger, share, self.tell)]

    @cached_property
    def _ledger(self) -> Ledger | None:
        """None when it cannot be opened, as on a full disk: a build is throttled by Azure then, and goes on."""
        try:
            ledger = open_ledger(self.settings.state_folder / "budget.sqlite")
        except (OSError, sqlite3.Error) as error:
            self.tell(f"The budget of calls cannot be kept: {error}")
            return None
        return self._open.enter_context(contextlib.closing(ledger))


@contextlib.contextmanager
def connect(
    settings: Settings,
    *,
    policies: Sequence[Policy] = (),
    tell: Tell = _log.info,
    places: PlaceRecord | None = None,
) -> Iterator[Clients]:
    """Clients for the settings' subscription, with whatever identity ``DefaultAzureCredential`` finds; closed after.

    Nothing is sent yet: what is wrong with the identity shows at the first call.
    """
    with (
        contextlib.closing(DefaultAzureCredential(transport=TokenTransport(tell))) as credential,
        contextlib.closing(Clients(settings, credential, policies=policies, tell=tell, places=places)) as clients,
    ):
        yield clients
