"""How often Azure may be asked: shared by all builds of this machine, so that they do not throttle each other."""

from mintage.azure.budget.ledger import Ledger, open_ledger
from mintage.azure.budget.policy import BudgetPolicy

__all__ = ["BudgetPolicy", "Ledger", "open_ledger"]
