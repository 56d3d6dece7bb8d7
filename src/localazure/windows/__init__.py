"""A model of a Windows guest: its PowerShell, its machine, its WS-Management service, its process."""
