"""From a URL's path to what it names."""

from __future__ import annotations

from collections.abc import Container

from localazure.arm.calls import Target
from localazure.arm.ids import ResourceId


def parse_target(method: str, path: str, types: Container[str]) -> Target | None:
    """What ``path`` names, or None for a path that is no resource's. ``types``: the full types served, lower case.

    An odd word at the end is the name of a type to list, or else an action on the resource before it.
    """
    words = path.strip("/").split("/")
    lowered = [word.lower() for word in words]
    if lowered[0] != "subscriptions" or len(words) < 2:
        return None
    if "providers" not in lowered:
        return _group_target(words, lowered)
    at = lowered.index("providers")
    scope = _scope(words[:at])
    if scope is None or len(words) < at + 3:
        return None
    return _provider_target(method, scope, words[at + 1], words[at + 2 :], types)


def _group_target(words: list[str], lowered: list[str]) -> Target | None:
    kind = "Microsoft.Resources/resourceGroups"
    if len(words) < 3 or lowered[2] != "resourcegroups" or len(words) > 5:
        return None
    subscription = ResourceId(words[1])
    if len(words) == 3:
        return Target(kind, subscription)
    group = ResourceId(words[1], words[3])
    return Target(kind, subscription, group, words[4] if len(words) == 5 else None)


def _scope(words: list[str]) -> ResourceId | None:
    if len(words) == 2:
        return ResourceId(words[1])
    if len(words) == 4 and words[2].lower() == "resourcegroups":
        return ResourceId(words[1], words[3])
    return None


def _provider_target(
    method: str, scope: ResourceId, namespace: str, tail: list[str], types: Container[str]
) -> Target | None:
    pairs = tuple(zip(tail[::2], tail[1::2], strict=False))
    full_type = "/".join([namespace, *tail[::2]])
    inner = ResourceId(scope.subscription, scope.group, namespace, pairs) if pairs else scope
    if len(tail) % 2 == 0:
        return Target(full_type, scope, inner)
    if method == "GET" and (len(tail) == 1 or full_type.lower() in types):
        return Target(full_type, inner)
    return Target(inner.type, scope, inner, tail[-1]) if pairs else None
