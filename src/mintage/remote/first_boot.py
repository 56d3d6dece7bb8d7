"""Waiting until cloud-init has done its part of a boot."""

from __future__ import annotations

import json

from mintage.remote.base import Remote
from mintage.waiting import NotYet, wait_for

_SCRIPT = """#!/bin/bash
command -v cloud-init >/dev/null || echo absent
[ ! -s /run/cloud-init/result.json ] || echo finished
cat /run/cloud-init/status.json 2>/dev/null
"""


def wait_for_cloud_init(remote: Remote, deadline: float) -> None:
    """Return when cloud-init has ended, well or not (see ``image_checks``), or is not there at all.

    ``deadline`` is a reading of ``time.monotonic``. Raises DeadlinePassed with the stage it was in.
    """

    def attempt() -> None:
        answer = remote.output(_SCRIPT + "true\n", run_as="user")
        if not answer.startswith(("absent", "finished")):
            raise NotYet(f"cloud-init is in its stage {_stage(answer)}")

    remedy = "Read /var/log/cloud-init.log on the VM, or its serial log."
    wait_for(attempt, "cloud-init did not finish in time", where="", deadline=deadline, remedy=remedy, pause=2.0)


def _stage(status: str) -> str:
    try:
        return str(json.loads(status)["v1"]["stage"])
    except (ValueError, KeyError, TypeError):
        return "before its first"
