"""Resource ids: ``/subscriptions/{s}/resourceGroups/{g}/providers/{namespace}/{type}/{name}/…``."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class ResourceId:
    """An id, spelled as it was created; two spellings of one id share a ``key`` (Azure ignores their case)."""

    subscription: str
    group: str | None = None
    namespace: str | None = None
    path: tuple[tuple[str, str], ...] = ()
    """Pairs of type and name, outermost first."""

    @property
    def type(self) -> str:
        """The full type, such as ``Microsoft.Compute/galleries/images``."""
        if self.namespace is None:
            return "Microsoft.Resources/" + ("resourceGroups" if self.group else "subscriptions")
        return "/".join([self.namespace, *(kind for kind, _ in self.path)])

    @property
    def name(self) -> str:
        return self.path[-1][1] if self.path else self.group or self.subscription

    @property
    def key(self) -> str:
        return str(self).lower()

    @property
    def group_id(self) -> ResourceId:
        return replace(self, namespace=None, path=())

    @property
    def parent(self) -> ResourceId | None:
        """The resource this one lives in (a gallery for its image definition); None at the top of a group."""
        return replace(self, path=self.path[:-1]) if len(self.path) > 1 else None

    def child(self, kind: str, name: str) -> ResourceId:
        return replace(self, path=(*self.path, (kind, name)))

    def sibling(self, full_type: str, name: str) -> ResourceId:
        """A top-level resource of another type in the same group."""
        namespace, _, kind = full_type.partition("/")
        return replace(self, namespace=namespace, path=((kind, name),))

    def __str__(self) -> str:
        parts = ["", "subscriptions", self.subscription]
        if self.group:
            parts += ["resourceGroups", self.group]
        if self.namespace:
            parts += ["providers", self.namespace]
        for kind, name in self.path:
            parts += [kind, name]
        return "/".join(parts)

    @classmethod
    def parse(cls, text: str) -> ResourceId:
        """Raises ValueError for what is no resource id."""
        head, marker, tail = _split_providers(text)
        values = dict(zip((word.lower() for word in head[::2]), head[1::2], strict=False))
        if len(head) not in {2, 4} or not set(values) <= {"subscriptions", "resourcegroups"}:
            message = f"not a resource id: {text!r}"
            raise ValueError(message)
        if marker and (len(tail) < 3 or len(tail) % 2 == 0):
            message = f"not a resource id: {text!r}"
            raise ValueError(message)
        return cls(
            subscription=values["subscriptions"],
            group=values.get("resourcegroups"),
            namespace=tail[0] if tail else None,
            path=tuple(zip(tail[1::2], tail[2::2], strict=True)),
        )


def _split_providers(text: str) -> tuple[list[str], bool, list[str]]:
    words = text.strip("/").split("/")
    lowered = [word.lower() for word in words]
    if not text.startswith("/") or "" in words or lowered[0] != "subscriptions":
        message = f"not a resource id: {text!r}"
        raise ValueError(message)
    if "providers" not in lowered:
        return words, False, []
    at = lowered.index("providers")
    return words[:at], True, words[at + 1 :]
