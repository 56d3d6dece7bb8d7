"""Providers: what PowerShell's item commands work on, such as files, the registry and certificates."""
