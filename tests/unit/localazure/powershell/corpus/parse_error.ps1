# exits with 1
# differs in PowerShell 7: errors are shown in another form there.
# A script that is no PowerShell runs not at all.
'never shown'
if ($true { 'no closing parenthesis' }
