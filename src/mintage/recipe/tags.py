"""Tags as Azure takes them (Microsoft Learn, "Use tags to organize your Azure resources": Limitations)."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

RESERVED_PREFIXES = ("microsoft", "azure", "windows", "mintage")
"""Azure's own, and the one under which Mintage keeps the build id and the expiry."""
MOST = 40
"""Azure takes 50 on a resource; the rest is for Mintage's."""


def _name(text: str) -> str:
    if text.casefold().startswith(RESERVED_PREFIXES):
        message = f"{text!r} begins with a reserved word: {', '.join(RESERVED_PREFIXES)}"
        raise ValueError(message)
    if not 1 <= len(text) <= 512 or set(text) & set("<>%&\\?/"):
        message = f"{text!r} is not a tag's name: 1 to 512 characters, none of < > % & \\ ? /"
        raise ValueError(message)
    return text


def _distinct(tags: dict[str, str]) -> dict[str, str]:
    seen: dict[str, str] = {}
    for name in tags:
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            message = f"{other!r} and {name!r} are the same tag to Azure, which ignores case"
            raise ValueError(message)
    return tags


TagName = Annotated[str, AfterValidator(_name)]
TagValue = Annotated[str, StringConstraints(max_length=256)]
Tags = Annotated[dict[TagName, TagValue], Field(max_length=MOST), AfterValidator(_distinct)]
