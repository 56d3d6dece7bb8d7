"""What runs: one file per Prefect flow."""
