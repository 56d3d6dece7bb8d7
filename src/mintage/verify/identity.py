"""Two VMs booted from one image are two machines."""

from __future__ import annotations

from mintage.artifacts import Check
from mintage.remote.login import fingerprint
from mintage.verify.facts import Facts

_REMEDY = "The image carries it: generalizing must remove it, and the machine's first boot make a new one."


def identities_differ(first: Facts, second: Facts) -> tuple[Check, ...]:
    """The machine id, and each type of host key that either has."""
    kinds = sorted({line.split()[0] for line in (*first.host_keys, *second.host_keys)})
    pairs = [(f"different-{kind}-host-keys", _key(first, kind), _key(second, kind)) for kind in kinds]
    return tuple(_differ(*pair) for pair in [("different-machine-ids", first.machine_id, second.machine_id), *pairs])


def _differ(name: str, one: str, other: str) -> Check:
    passed = bool(one) and bool(other) and one != other
    seen = f"{one or 'none'} and {other or 'none'}"
    return Check(name=name, passed=passed, seen=seen, remedy="" if passed else _REMEDY)


def _key(facts: Facts, kind: str) -> str:
    return next((fingerprint(line) for line in facts.host_keys if line.split()[0] == kind), "")
