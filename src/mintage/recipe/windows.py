"""The recipe of a Windows image."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from mintage.recipe.disk_sources import ManagedDiskSource, SnapshotSource, VirtualMachineSource
from mintage.recipe.model import RecipeBase
from mintage.recipe.windows_steps import PowerShellCommand, WindowsStep
from mintage.recipe.words import Duration, Label, Part, Size

Fix = Literal["unattend", "panther", "cdrom", "pending-reboot", "update-service", "appx", "bitlocker"]
"""Preconditions of Sysprep that a build can put right by itself, by the names of their checks."""


class WindowsConnection(Part):
    """How the builder logs in over WinRM; always over HTTPS, to the certificate this VM made."""

    auth: Literal["ntlm", "basic", "certificate", "kerberos"] = Field(
        "ntlm",
        description="certificate: one of this build's own, which the VM learns when it is made. "
        "kerberos needs a machine in a domain, which Sysprep refuses until it has left it",
    )
    timeout: Duration = Field(
        "10m",
        description="For how long a build VM that runs may not let the builder in; 90 s of it if it refuses the user",
    )


class WindowsGeneralize(Part):
    """How Sysprep is run."""

    timeout: Duration = Field("1h", description="For one run of Sysprep")
    attempts: int = Field(2, ge=1, le=5, description="Runs of Sysprep; before another the disk is put back as it was")
    fix: tuple[Fix, ...] = Field(
        ("unattend", "panther", "cdrom", "pending-reboot", "update-service"),
        description="Preconditions the build may put right; the others stop it. appx and bitlocker change more",
    )
    keep_logs: bool = Field(False, description="Leave event logs and histories in the image")


class WindowsTest(PowerShellCommand):
    """One question the recipe asks of a VM booted from the captured image; a valid exit code is a pass."""

    name: Label
    timeout: Duration = "5m"


class WindowsVerify(Part):
    """How the captured image is proved."""

    sizes: tuple[Size, ...] = Field((), description="Sizes of the two VMs; absent: as the build VM")
    boot_timeout: Duration = "30m"
    tests: tuple[WindowsTest, ...] = ()


class WindowsRecipe(RecipeBase):
    """A golden image of Windows: from what, by which steps, proved how, published where."""

    os: Literal["windows"]
    connection: WindowsConnection = WindowsConnection()
    customize: tuple[WindowsStep, ...] = ()
    generalize: WindowsGeneralize = WindowsGeneralize()
    verify: WindowsVerify = WindowsVerify()

    @model_validator(mode="after")
    def _generalized(self) -> Self:
        if self.publish.definition.state == "specialized":
            message = (
                "publish.definition.state: specialized is for Linux: VMs of a specialized Windows image would have the "
                "build's password"
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _from_generalized(self) -> Self:
        source, why = self.source, "a Windows that was not generalized has accounts whose passwords no build knows"
        if isinstance(source, SnapshotSource | ManagedDiskSource) and source.state == "specialized":
            message = f"source.state must be generalized: {why}"
            raise ValueError(message)
        if isinstance(source, VirtualMachineSource) and source.generalize_original:
            message = f"source.generalize_original is for Linux: {why}; run Sysprep in the VM, and build on a copy"
            raise ValueError(message)
        return self
