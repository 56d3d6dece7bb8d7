# What powershell.exe is started with: it takes a script and its environment from standard input, so that neither is on
# a command line. The first line is the environment, the second the script; what follows is the script's own input.
# Goes in front of run.ps1, and with it must stay below what a command line holds.
$mintageEnvironment, $mintageScript = [Console]::In.ReadLine(), [Console]::In.ReadLine()
