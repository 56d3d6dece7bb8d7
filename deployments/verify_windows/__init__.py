"""What localazure's model of Windows assumes, asked of a real one on Azure: ``make verify-windows-on-azure``."""
