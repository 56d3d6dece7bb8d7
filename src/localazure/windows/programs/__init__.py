"""What the .exe files of the modelled machine do."""
