"""The .NET types that ordinary Windows scripts use, one file per area."""
