# Ends with an error that nobody catches, behind a line of output. Runs alone, as an encoded command.
Write-Output 'before the error'
throw 'thrown on purpose'
