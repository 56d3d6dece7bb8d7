"""Everything that a build needs, started and stopped together on one machine."""
