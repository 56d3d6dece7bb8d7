"""PowerShell commands that work on the modelled machine, one module per area."""
