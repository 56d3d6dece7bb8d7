"""Mintage: golden virtual machine images for Azure, built, proved and published. No Prefect in here."""
