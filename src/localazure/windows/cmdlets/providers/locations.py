"""PowerShell paths: which provider and which of its items a path means, drives, and wildcards in paths."""

from __future__ import annotations

import re
from dataclasses import dataclass

from localazure.windows.cmdlets.providers.base import Provider
from localazure.windows.cmdlets.providers.registered import provider_named
from localazure.windows.cmdlets.session import machine_of, session_of
from localazure.windows.cmdlets.wildcards import has_wildcard, matches, unescaped
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.errors import PsError, error
from localazure.windows.powershell.values import PsObject


@dataclass(frozen=True)
class Drive:
    """``root`` is the provider's own path of the drive's top; empty for Env: and the like."""

    name: str
    provider: str
    root: str


@dataclass(frozen=True)
class Place:
    """An item's place: its provider, the provider's own path, and the drive it was named by, if any."""

    provider: Provider
    path: str
    drive: Drive | None = None

    @property
    def name(self) -> str:
        return self.path.rstrip("\\").rpartition("\\")[2] if self.path.rstrip("\\") else self.path

    def child(self, name: str) -> Place:
        base = self.path.rstrip("\\")
        return Place(self.provider, f"{base}\\{name}" if base else name, self.drive)

    @property
    def parent(self) -> Place:
        if re.fullmatch(r"[A-Za-z]:\\?", self.path):
            return Place(self.provider, "", self.drive)
        above = self.path.rstrip("\\").rpartition("\\")[0]
        return Place(self.provider, f"{above}\\" if above.endswith(":") else above, self.drive)

    @property
    def text(self) -> str:
        """As PowerShell shows it: by its drive, as far as it has one."""
        if self.provider.name == "FileSystem":
            return self.path
        if self.drive is None:
            return f"{self.provider.module}\\{self.provider.name}::{self.path}"
        root = self.drive.root
        below = self.path[len(root) :].lstrip("\\") if root else self.path
        return (
            f"{self.drive.name}:\\{below}" if _has_tree(self.provider) else f"{self.drive.name}:\\{below}".rstrip("\\")
        )

    @property
    def ps_path(self) -> str:
        return f"{self.provider.module}\\{self.provider.name}::{self.path}"


def drives(engine: EngineApi) -> list[Drive]:
    """By name."""
    found = [Drive(letter, "FileSystem", f"{letter}:\\") for letter in machine_of(engine).files.drives()]
    found += [
        Drive("Alias", "Alias", ""),
        Drive("Cert", "Certificate", ""),
        Drive("Env", "Environment", ""),
        Drive("Function", "Function", ""),
        Drive("HKCU", "Registry", "HKEY_CURRENT_USER"),
        Drive("HKLM", "Registry", "HKEY_LOCAL_MACHINE"),
        Drive("Variable", "Variable", ""),
        Drive("WSMan", "WSMan", ""),
    ]
    found += [Drive(made.name, made.provider, made.root) for made in session_of(engine).drives.values()]
    return sorted(found, key=lambda drive: drive.name.lower())


def drive_named(engine: EngineApi, name: str) -> Drive:
    """Raises PsError (DriveNotFound)."""
    found = next((drive for drive in drives(engine) if drive.name.lower() == name.lower()), None)
    if found is None:
        raise error(
            "System.Management.Automation.DriveNotFoundException",
            f"Cannot find drive. A drive with the name '{name}' does not exist.",
            "DriveNotFound",
            "ObjectNotFound",
            name,
        )
    return found


def locate(engine: EngineApi, text: str) -> Place:
    """The place that a path without wildcards means; it need not exist. Raises PsError for an unknown drive."""
    qualified = re.match(r"^(?:[\w.]+\\)?(\w+)::(.*)$", text, re.DOTALL)
    if qualified:
        provider = provider_named(engine, qualified[1])
        return Place(provider, _normal(provider, qualified[2]), _drive_of(engine, provider, qualified[2]))
    named = re.match(r"^([^\\/:]+):(.*)$", text, re.DOTALL)
    if named:
        return _below(engine, drive_named(engine, named[1]), named[2])
    if text.startswith(("\\\\", "//")):
        return Place(provider_named(engine, "FileSystem"), text)
    if text == "~" or text.startswith(("~\\", "~/")):
        return locate(engine, engine.host.environment.get("USERPROFILE", "C:\\") + text[1:])
    here = locate(engine, engine.location)
    if text.startswith(("\\", "/")) and here.drive:
        return _below(engine, here.drive, text)
    return Place(here.provider, _normal(here.provider, f"{here.path}\\{text}"), here.drive)


def resolve(engine: EngineApi, text: str, *, literal: bool = False, hidden: bool = True) -> list[Place]:
    """The existing places that a path means, wildcards followed.

    Raises:
        PsError: PathNotFound, when a path without wildcards leads nowhere.
    """
    if literal or not has_wildcard(text):
        place = locate(engine, text if literal else unescaped(text))
        if not place.provider.exists(place.path):
            raise not_found(place)
        return [place]
    return expand(locate(engine, text), hidden=hidden)


def expand(pattern: Place, *, hidden: bool = True) -> list[Place]:
    """The existing places that fit a path with wildcards."""
    parts = pattern.path.split("\\")
    root = parts[0] + "\\" if parts[0].endswith(":") else parts[0]
    found = [Place(pattern.provider, root, pattern.drive)]
    if has_wildcard(parts[0]):
        found, parts = [Place(pattern.provider, "", pattern.drive)], ["", *parts]
    for part in parts[1:]:
        found = [each for place in found for each in _fitting(place, part, hidden=hidden)]
    return found


def decorate(place: Place, item: PsObject) -> PsObject:
    """Give an item what every item has, whatever its provider."""
    drive = place.drive
    parent = place.parent
    more: dict[str, object] = {
        "PSPath": place.ps_path,
        "PSParentPath": parent.ps_path if place.path else "",
        "PSChildName": place.name,
    }
    if drive:
        more["PSDrive"] = PsObject.typed(
            "System.Management.Automation.PSDriveInfo", {"Name": drive.name}, text=drive.name
        )
    provider_name = f"{place.provider.module}\\{place.provider.name}"
    more["PSProvider"] = PsObject.typed(
        "System.Management.Automation.ProviderInfo", {"Name": place.provider.name}, text=provider_name
    )
    if "PSIsContainer" not in item.properties:
        more["PSIsContainer"] = place.provider.is_container(place.path)
    item.properties.update(more)
    return item


def item_at(place: Place) -> PsObject:
    return decorate(place, place.provider.item(place.path))


def not_found(place: Place) -> PsError:
    return error(
        "System.Management.Automation.ItemNotFoundException",
        f"Cannot find path '{place.text}' because it does not exist.",
        "PathNotFound",
        "ObjectNotFound",
        place.text,
    )


def _fitting(place: Place, part: str, *, hidden: bool) -> list[Place]:
    if not has_wildcard(part):
        below = place.child(unescaped(part)) if part else place
        return [below] if below.provider.exists(below.path) else []
    if not place.provider.is_container(place.path):
        return []
    found = [place.child(name) for name in place.provider.child_names(place.path) if matches(name, part)]
    return [each for each in found if hidden or not each.provider.is_hidden(each.path)]


def _below(engine: EngineApi, drive: Drive, rest: str) -> Place:
    provider = provider_named(engine, drive.provider)
    root = drive.root.rstrip("\\")
    if drive.provider == "FileSystem" and rest and rest[0] not in "\\/":
        # C:name is relative to the drive's current folder.
        here = session_of(engine).folder
        root = here if here[:1].upper() == drive.root[:1].upper() else drive.root
    path = f"{root}\\{rest}" if root else rest
    return Place(provider, _normal(provider, path), drive)


def _drive_of(engine: EngineApi, provider: Provider, path: str) -> Drive | None:
    known = [drive for drive in drives(engine) if drive.provider == provider.name]
    return next((drive for drive in known if path.lower().startswith(drive.root.lower())), None)


def _normal(provider: Provider, path: str) -> str:
    names: list[str] = []
    parts = re.split(r"[\\/]", path) if provider.name != "Registry" else path.split("\\")
    for part in parts:
        if part == ".." and len(names) > 1:
            names.pop()
        elif part not in {"", ".", ".."}:
            names.append(part)
    joined = "\\".join(names)
    return f"{joined}\\" if re.fullmatch("[A-Za-z]:", joined) and provider.name == "FileSystem" else joined


def _has_tree(provider: Provider) -> bool:
    return provider.name in {"Registry", "Certificate", "WSMan"}
