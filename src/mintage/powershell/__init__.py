"""The product's own PowerShell: .ps1 files beside the Python that runs them, each printing one JSON object."""

from mintage.powershell.answers import parse_answer
from mintage.powershell.scripts import WRITE_OUT, quoted, script, with_variables

__all__ = ["WRITE_OUT", "parse_answer", "quoted", "script", "with_variables"]
