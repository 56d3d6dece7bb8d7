"""The network as Windows shows it: adapters, connection profiles, the firewall. No packet passes through it."""

from __future__ import annotations

import threading
from typing import Literal

from pydantic import BaseModel

from localazure.windows.machine.errors import AlreadyExists, NotFound

Category = Literal["Public", "Private", "DomainAuthenticated"]
_ANY = "Any"


class Adapter(BaseModel):
    name: str = "Ethernet"
    description: str = "Microsoft Hyper-V Network Adapter"
    index: int = 6
    mac: str = "00-0D-3A-00-00-00"
    ip_address: str = ""
    prefix_length: int = 24
    gateway: str = ""
    dns_servers: list[str] = ["168.63.129.16"]
    network_name: str = "Network"
    category: Category = "Public"
    enabled: bool = True


class FirewallRule(BaseModel):
    name: str
    display_name: str
    description: str = ""
    group: str = ""
    enabled: bool = True
    direction: Literal["Inbound", "Outbound"] = "Inbound"
    action: Literal["Allow", "Block"] = "Allow"
    profiles: list[Literal["Domain", "Private", "Public"]] = []
    """Empty: all of them."""
    protocol: str = _ANY
    local_ports: list[str] = [_ANY]
    remote_addresses: list[str] = [_ANY]
    program: str = _ANY


class FirewallProfile(BaseModel):
    name: Literal["Domain", "Private", "Public"]
    enabled: bool = True
    inbound: Literal["Allow", "Block"] = "Block"


SwitchKind = Literal["External", "Internal", "Private"]


class VirtualSwitch(BaseModel):
    """Of Hyper-V in the machine; ``adapter`` is what an external one is bound to."""

    name: str
    kind: SwitchKind
    switch_id: str
    adapter: str = ""


class NetworkState(BaseModel):
    adapters: list[Adapter] = []
    switches: list[VirtualSwitch] = []
    rules: list[FirewallRule] = []
    profiles: list[FirewallProfile] = [
        FirewallProfile(name="Domain"),
        FirewallProfile(name="Private"),
        FirewallProfile(name="Public"),
    ]


class Network:
    def __init__(self, state: NetworkState, lock: threading.RLock) -> None:
        self.state, self._lock = state, lock

    def adapters(self) -> list[Adapter]:
        with self._lock:
            return list(self.state.adapters)

    def rules(self) -> list[FirewallRule]:
        with self._lock:
            return list(self.state.rules)

    def rule(self, name: str) -> FirewallRule:
        found = next((rule for rule in self.rules() if rule.name.lower() == name.lower()), None)
        if found is None:
            raise NotFound(name)
        return found

    def add_rule(self, rule: FirewallRule) -> None:
        with self._lock:
            if any(each.name.lower() == rule.name.lower() for each in self.state.rules):
                raise AlreadyExists(rule.name)
            self.state.rules.append(rule)

    def remove_rule(self, name: str) -> None:
        with self._lock:
            self.state.rules.remove(self.rule(name))

    def set_category(self, category: Category, adapter: str | None = None) -> None:
        for each in self.adapters():
            if adapter is None or each.name.lower() == adapter.lower():
                each.category = category

    def lets_in(self, port: int, protocol: str = "TCP") -> bool:
        """Would the firewall let somebody of another network reach the port? Blocking rules win, as in Windows."""
        with self._lock:
            category = self.state.adapters[0].category if self.state.adapters else "Public"
            profile_name = "Domain" if category == "DomainAuthenticated" else category
            profile = next(each for each in self.state.profiles if each.name == profile_name)
            if not profile.enabled:
                return True
            actions = {r.action for r in self.state.rules if _matches(r, port, protocol, profile_name)}
        return "Block" not in actions and ("Allow" in actions or profile.inbound == "Allow")

    def forget_adapters(self) -> None:
        """What generalizing does: the adapters belong to the hardware."""
        with self._lock:
            self.state.adapters.clear()


def _matches(rule: FirewallRule, port: int, protocol: str, profile: str) -> bool:
    return (
        rule.enabled
        and rule.direction == "Inbound"
        and (not rule.profiles or profile in rule.profiles)
        and rule.protocol.upper() in {protocol, "ANY"}
        and any(_covers(each, port) for each in rule.local_ports)
        # A rule for named addresses or the local subnet says nothing about others.
        and any(each.lower() == "any" for each in rule.remote_addresses)
    )


def _covers(ports: str, port: int) -> bool:
    if ports.lower() == "any":
        return True
    first, _, last = ports.partition("-")
    return first.isdigit() and int(first) <= port <= int(last or first)
