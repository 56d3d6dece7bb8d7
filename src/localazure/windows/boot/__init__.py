"""What a Windows machine does between power-on and power-off: specialize, OOBE and provisioning, or a plain boot."""

from localazure.windows.boot.power_cycle import boot, shut_down
from localazure.windows.boot.provisioning import ProvisioningData
from localazure.windows.boot.report import BootReport

__all__ = ["BootReport", "ProvisioningData", "boot", "shut_down"]
