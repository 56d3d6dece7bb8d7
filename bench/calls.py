"""How often a build asked Azure for what, and how long it waited, from the lines its steps logged."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId

from tasks.connection import CALLS, WAITED

_PAGE = 200
_KIND = re.compile(r"(\d+) x (\S+ \S+?)(?:,|$)")


def calls_in(log: Sequence[str]) -> dict[str, int]:
    """Return the calls by kind, the most frequent first."""
    calls: Counter[str] = Counter()
    for line in log:
        if line.startswith(CALLS):
            calls.update({kind: int(count) for count, kind in _KIND.findall(line)})
    return dict(calls.most_common())


def seconds_in(log: Sequence[str]) -> float:
    """Return how long the steps waited for Azure and for guests."""
    return sum(float(line.removeprefix(WAITED).removesuffix(" s")) for line in log if line.startswith(WAITED))


def log_of(client: SyncPrefectClient, flow_run_id: UUID) -> list[str]:
    """Return all lines of the run and its steps."""
    lines: list[str] = []
    while True:
        wanted = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[flow_run_id]))
        page = client.read_logs(log_filter=wanted, limit=_PAGE, offset=len(lines))
        lines += [each.message for each in page]
        if len(page) < _PAGE:
            return lines
