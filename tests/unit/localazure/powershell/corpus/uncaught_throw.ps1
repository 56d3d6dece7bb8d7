# exits with 1
# differs in PowerShell 7: errors are shown in another form there.
# An error that nobody catches ends the script, and -File gives 1.
'before'
throw 'nobody catches this'
'after'
