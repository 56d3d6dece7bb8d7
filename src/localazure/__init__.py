"""localazure: a local Azure that answers the Azure Resource Manager API over TLS and boots real virtual machines."""
