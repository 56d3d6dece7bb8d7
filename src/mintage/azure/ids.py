"""Resource ids: ``/subscriptions/{subscription}/resourceGroups/{group}/providers/{namespace}/{type}/{name}/…``."""

from __future__ import annotations


def resource_id(subscription_id: str, kind: str, group: str, *names: str) -> str:
    """``kind`` as in ``Microsoft.Compute/galleries/images``, with one name for each of its types."""
    namespace, *types = kind.split("/")
    pairs = "/".join(f"{each}/{name}" for each, name in zip(types, names, strict=True))
    return f"{group_id(subscription_id, group)}/providers/{namespace}/{pairs}"


def group_id(subscription_id: str, group: str) -> str:
    return f"/subscriptions/{subscription_id}/resourceGroups/{group}"


def names_in(resource: str) -> tuple[str, str, tuple[str, ...]]:
    """Subscription, resource group, and the names from the outermost in; what recipes check is taken to be an id."""
    words = resource.strip("/").split("/")
    return words[1], words[3], tuple(words[7::2])
