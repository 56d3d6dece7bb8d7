# Restarts the machine.
& shutdown.exe /r /t 1
