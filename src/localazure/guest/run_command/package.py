"""The extension as the agent fetches it: a zip of its handler, with what the agent must know to call it."""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from pathlib import Path

NAME = "Microsoft.CPlat.Core.RunCommandLinux"
"""As Azure calls its own. What runs is localazure's: Azure's is a program of Microsoft's, and served by Azure only."""
VERSION = "1.0.0"
_HANDLER = Path(__file__).with_name("handler.py")
_COMMANDS = ("install", "enable", "disable", "update", "uninstall")


@cache
def extension_package() -> bytes:
    """The zip. The agent makes executable what is in it."""
    commands = {f"{each}Command": f"handler.py {each}" for each in _COMMANDS}
    more = {"rebootAfterInstall": False, "reportHeartbeat": False}
    manifest = [{"name": "RunCommandLinux", "version": 1.0, "handlerManifest": commands | more}]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("HandlerManifest.json", json.dumps(manifest))
        package.writestr("handler.py", f"#!/usr/bin/env python3\n{_HANDLER.read_text(encoding='utf-8')}")
    return file.getvalue()
