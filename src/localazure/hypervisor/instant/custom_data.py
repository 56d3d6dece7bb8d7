"""What the model of cloud-init takes from custom data: a #cloud-config's host keys. The rest it names, and leaves."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

_KEY_KINDS = ("rsa", "ecdsa", "ed25519")


@dataclass(frozen=True)
class CustomData:
    text: str = ""
    host_keys: dict[str, list[str]] = field(default_factory=dict)
    """Kind to private and public key."""
    delete_host_keys: bool | None = None
    not_modelled: list[str] = field(default_factory=list)


def read(custom_data: str | None) -> CustomData:
    """Never fails: what cannot be read is named in ``not_modelled``, as cloud-init logs it and boots on."""
    if not custom_data:
        return CustomData()
    try:
        text = base64.b64decode(custom_data, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return CustomData(not_modelled=["custom data that is not base64 of UTF-8"])
    if text.partition("\n")[0].strip() != "#cloud-config":
        return CustomData(text, not_modelled=["custom data that is not #cloud-config"])
    try:
        config = YAML(typ="safe", pure=True).load(text) or {}
    except YAMLError as error:
        return CustomData(text, not_modelled=[f"custom data that is not YAML: {error}"])
    return _from_config(text, config) if isinstance(config, dict) else CustomData(text, not_modelled=["not a mapping"])


def _from_config(text: str, config: dict[str, Any]) -> CustomData:
    keys = config.get("ssh_keys") or {}
    pairs = {kind: [keys.get(f"{kind}_private", ""), keys.get(f"{kind}_public", "")] for kind in _KEY_KINDS}
    given = {kind: pair for kind, pair in pairs.items() if all(pair)}
    return CustomData(text, given, config.get("ssh_deletekeys"), sorted(config.keys() - {"ssh_keys", "ssh_deletekeys"}))
