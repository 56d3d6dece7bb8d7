"""What runs the virtual machines behind the API: one protocol, two drivers."""
