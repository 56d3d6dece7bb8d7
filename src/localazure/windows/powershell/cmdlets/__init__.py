"""Commands of Microsoft.PowerShell.Core, .Utility and .Security that need no machine, one file per area."""
