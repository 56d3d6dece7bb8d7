"""Which units a boot starts: the links that systemctl's enable, disable, mask and unmask make and remove."""

from __future__ import annotations

from localazure.hypervisor.instant.userland import units


def enable(name: str) -> str | None:
    """What systemctl says when there is no such unit; None when it is enabled now."""
    unit = units.find(name)
    if unit is None:
        return f"Failed to enable unit: Unit file {units.full_name(name)} does not exist."
    if unit.link and not unit.link.is_symlink():
        unit.link.parent.mkdir(exist_ok=True)
        unit.link.symlink_to(unit.path)
    return None


def disable(name: str) -> None:
    for link in units.ADMINISTRATOR.glob(f"*.wants/{units.full_name(name)}"):
        link.unlink()


def mask(name: str) -> None:
    path = units.ADMINISTRATOR / units.full_name(name)
    path.unlink(missing_ok=True)
    path.symlink_to(units.MASK)


def unmask(name: str) -> None:
    unit = units.find(name)
    if unit is not None and unit.masked:
        unit.path.unlink()


def state(name: str) -> str:
    """``enabled``, ``disabled``, ``static``, ``masked`` or ``not-found``."""
    unit = units.find(name)
    if unit is None:
        return "not-found"
    if unit.masked:
        return "masked"
    if unit.wanted_by is None:
        return "static"
    return "enabled" if unit.name in units.enabled() else "disabled"
