"""How long things take: all of Azure's waiting, scaled by one number."""

from __future__ import annotations

import math
from dataclasses import dataclass

_PATIENCE = 0.05
_RAREST = 1.0


@dataclass(frozen=True)
class Pace:
    """1 is Azure's own pace, 0 no waiting at all."""

    factor: float = 0.0

    def seconds(self, on_azure: float) -> float:
        return on_azure * self.factor

    def retry_after(self, on_azure: float, elapsed: float = 0.0) -> dict[str, str]:
        """The header that tells a client when to ask again about what began ``elapsed`` seconds ago.

        Even without a pace a client asks more rarely the longer it lasts, down to once a second: a build on real
        machines was measured to ask 2,297 times, which took processor time from the very guests it waited for.

        azure-core reads ``x-ms-retry-after-ms`` when there is no Retry-After, and takes its own default of 30 s when
        there is neither or when it is 0 (azure.core.pipeline.policies._utils.get_retry_after, 1.41).
        """
        wait = max(self.seconds(on_azure), min(elapsed * _PATIENCE, _RAREST))
        if wait >= 1:
            return {"Retry-After": str(math.ceil(wait))}
        return {"x-ms-retry-after-ms": str(max(20, round(wait * 1000)))}
