"""Azure Resource Manager itself: ids, errors, bodies, operations, and how a call finds its resource type."""
