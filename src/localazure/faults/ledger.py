"""The faults that stand, and how often each has struck: kept in the server's database, so that both outlive it."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from localazure.arm.endings import Ending
from localazure.faults.fault import Fault, Stage
from localazure.faults.kinds.every import ANY_FAULT, AnyFault
from localazure.faults.kinds.machines import StandingMachineFault
from localazure.faults.kinds.operations import OperationFault
from localazure.faults.kinds.tokens import ShortTokenFault
from localazure.faults.occasions import Occasion
from localazure.store import Store


class StandingFault(BaseModel):
    """A fault that was added, and what became of it so far."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: int
    fault: AnyFault
    matched: int
    """How many calls it was counted for; not counted on once it has struck as often as it may."""
    struck: int


@dataclass(frozen=True)
class Strike:
    """A fault that is due."""

    id: int
    fault: Fault


class Ledger:
    """Thread-safe. What is counted inside a transaction that is rolled back was not counted."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._faults: dict[int, Fault] = {each.id: each.fault for each in self.listed()}

    @property
    def empty(self) -> bool:
        return not self._faults

    @property
    def standing(self) -> list[Fault]:
        """What stands, oldest first, whether it can still strike or not."""
        return list(self._faults.values())

    @property
    def in_force(self) -> list[Fault]:
        """What stands, but for conditions that wait for a call which has not come yet."""
        waiting = {
            each
            for each, fault in self._faults.items()
            if isinstance(fault, StandingMachineFault) and not fault.at_once
        }
        if waiting:
            waiting -= {row[0] for row in self._store.rows("SELECT id FROM faults WHERE struck > 0")}
        return [fault for each, fault in self._faults.items() if each not in waiting]

    def count(self, fault_id: int, strikes: int) -> None:
        """Note strikes of a fault that waits for no call."""
        self._store.execute("UPDATE faults SET struck = struck + ? WHERE id = ?", strikes, fault_id)

    def add(self, fault: AnyFault) -> StandingFault:
        fault_id = self._store.execute("INSERT INTO faults (description) VALUES (?)", fault.model_dump_json())
        self._faults = self._faults | {fault_id: fault}
        return StandingFault(id=fault_id, fault=fault, matched=0, struck=0)

    def listed(self) -> list[StandingFault]:
        """All that stand, oldest first."""
        rows = self._store.rows("SELECT id, description, matched, struck FROM faults ORDER BY id")
        return [
            StandingFault(id=row[0], fault=ANY_FAULT.validate_json(row[1]), matched=row[2], struck=row[3])
            for row in rows
        ]

    def stands(self, fault_id: int) -> bool:
        return fault_id in self._faults

    def remove(self, *fault_ids: int) -> None:
        """Let the faults end; one that does not stand is none to worry about."""
        for fault_id in fault_ids:
            self._store.execute("DELETE FROM faults WHERE id = ?", fault_id)
        self._faults = {each: fault for each, fault in self._faults.items() if each not in fault_ids}

    def clear(self) -> None:
        self.remove(*self._faults)

    def concerned(self, stage: Stage, occasion: Occasion) -> list[Strike]:
        """The faults of a stage that count this call, oldest first; nothing is counted yet."""
        faults = list(self._faults.items())
        return [Strike(each, fault) for each, fault in faults if fault.stage is stage and fault.concerns(occasion)]

    def due(self, stage: Stage, occasion: Occasion) -> Strike | None:
        """The oldest fault that strikes now. It is counted, and so are those that were asked before it."""
        concerned = self.concerned(stage, occasion)
        if not concerned:
            return None
        with self._store.changing():
            strike = next((each for each in concerned if self._strikes(each)), None)
        if strike is not None:
            occasion.struck.append(strike.id)
        return strike

    def ending(self, occasion: Occasion) -> Ending | None:
        """What becomes of the operation that this call begins; None when nothing is in its way."""
        strike = self.due(Stage.EFFECT, occasion)
        if strike is None or not isinstance(strike.fault, OperationFault):
            return None
        return strike.fault.ending(strike.id, occasion)

    def token_lifetime(self, occasion: Occasion, usual: int) -> int:
        """Seconds that the token asked for lives."""
        strike = self.due(Stage.TOKEN, occasion)
        return strike.fault.seconds if strike and isinstance(strike.fault, ShortTokenFault) else usual

    def _strikes(self, strike: Strike) -> bool:
        rows = self._store.rows("SELECT matched, struck FROM faults WHERE id = ?", strike.id)
        if not rows or strike.fault.exhausted(rows[0][1]):
            return False
        matched, struck = rows[0][0] + 1, rows[0][1]
        strikes = strike.fault.strikes(matched)
        sql = "UPDATE faults SET matched = ?, struck = ? WHERE id = ?"
        self._store.execute(sql, matched, struck + strikes, strike.id)
        return strikes
