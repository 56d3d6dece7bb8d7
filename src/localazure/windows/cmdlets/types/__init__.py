""".NET types that reach into the modelled machine or into the process that PowerShell runs in."""

from localazure.windows.cmdlets.types.console import console_types
from localazure.windows.cmdlets.types.environment import ENVIRONMENT
from localazure.windows.cmdlets.types.files import file_types
from localazure.windows.cmdlets.types.principals import principal_types
from localazure.windows.cmdlets.types.web import web_types
from localazure.windows.cmdlets.types.zip_files import zip_types
from localazure.windows.powershell.types import DotnetType

__all__ = ["process_types"]


def process_types() -> list[DotnetType]:
    return [ENVIRONMENT, *console_types(), *file_types(), *principal_types(), *web_types(), *zip_types()]
