"""How Azure lets the builder into a VM, one class for each operating system."""

from mintage.azure.access.base import Access, RunningVm
from mintage.azure.access.linux import LinuxAccess
from mintage.azure.access.windows import WindowsAccess
from mintage.build_plan import BuildPlan
from mintage.recipe import WindowsRecipe

__all__ = ["Access", "RunningVm", "access_of"]


def access_of(plan: BuildPlan) -> Access:
    """The one for the recipe's system."""
    return WindowsAccess(plan.recipe) if isinstance(plan.recipe, WindowsRecipe) else LinuxAccess()
