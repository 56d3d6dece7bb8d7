"""Custom data for the VM: Mintage gives a Windows VM none, and where it lies is a point."""

from __future__ import annotations

import base64
import json
from typing import Any

from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy

TEXT = "This is the custom data of a VM that answers questions."


class CustomData(SansIOHTTPPolicy[Any, Any]):
    """Adds it to the request that makes a VM with an osProfile."""

    def on_request(self, request: PipelineRequest[Any]) -> None:
        sent = request.http_request
        if sent.method != "PUT" or "/virtualmachines/" not in sent.url.lower():
            return
        body = json.loads(sent.content)
        if profile := body["properties"].get("osProfile"):
            profile["customData"] = base64.b64encode(TEXT.encode()).decode()
            sent.set_json_body(body)
