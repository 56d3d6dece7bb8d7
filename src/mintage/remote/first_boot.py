"""Waiting until cloud-init has done its part of a boot."""

from __future__ import annotations

import json
import time

from mintage.remote.base import Remote
from mintage.waiting import NotYet, wait_for

_LONGEST_SECONDS = 10
# It waits in the guest: each script costs an emulated machine a fifth of a second, which cloud-init wants too.
_LOOK = """
command -v cloud-init >/dev/null || { echo absent; exit; }
for _ in $(seq "$seconds"); do
    [ ! -s /run/cloud-init/result.json ] || { echo finished; exit; }
    sleep 1
done
cat /run/cloud-init/status.json 2>/dev/null || true
"""


def wait_for_cloud_init(remote: Remote, deadline: float) -> None:
    """Return when cloud-init has ended, well or not (see ``image_checks``), or is not there at all.

    ``deadline`` is a reading of ``time.monotonic``. Raises DeadlinePassed with the stage it was in.
    """

    def attempt() -> None:
        seconds = max(1, min(_LONGEST_SECONDS, round(deadline - time.monotonic())))
        answer = remote.output(f"#!/bin/bash\nseconds={seconds}{_LOOK}", run_as="user")
        if not answer.startswith(("absent", "finished")):
            raise NotYet(f"cloud-init is in its stage {_stage(answer)}")

    remedy = "Read /var/log/cloud-init.log on the VM, or its serial log."
    wait_for(attempt, "cloud-init did not finish in time", where="", deadline=deadline, remedy=remedy)


def _stage(status: str) -> str:
    try:
        return str(json.loads(status)["v1"]["stage"])
    except (ValueError, KeyError, TypeError):
        return "before its first"
