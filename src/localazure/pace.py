"""How long things take: all of Azure's waiting, scaled by one number."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """1 is Azure's own pace, 0 no waiting at all."""

    factor: float = 0.0

    def seconds(self, on_azure: float) -> float:
        return on_azure * self.factor

    def retry_after(self, on_azure: float) -> dict[str, str]:
        """The header that tells a client when to ask again.

        azure-core reads ``x-ms-retry-after-ms`` when there is no Retry-After, and takes its own default of 30 s when
        there is neither or when it is 0 (azure.core.pipeline.policies._utils.get_retry_after, 1.41).
        """
        wait = self.seconds(on_azure)
        if wait >= 1:
            return {"Retry-After": str(math.ceil(wait))}
        return {"x-ms-retry-after-ms": str(max(20, round(wait * 1000)))}
