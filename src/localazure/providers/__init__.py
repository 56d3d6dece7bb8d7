"""The resource providers: one package each, one file per resource type."""
