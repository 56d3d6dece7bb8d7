"""What builds cost on this machine: time, calls and memory."""
