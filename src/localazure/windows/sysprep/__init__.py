"""A model of Sysprep: what it checks, takes away and writes, and how it fails.

Lines, codes and order follow logs of real runs published in Microsoft's support articles and in bug reports
("Sysprep fails with Microsoft Store apps", "Troubleshoot VM provisioning with Sysprep", KB 929828 and the like).
"""
