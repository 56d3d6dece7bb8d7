# differs in PowerShell 7: errors are shown in another form there.
# Errors on the error stream, and what goes on after them.
Get-Item C:\no\such
'goes on'
Get-Nothing -Name x
1 / 0
$null.Method()
'text'.NoMethod()
[int]'word'
function Test-Inner { Get-Item C:\no\such }
Test-Inner
function Test-Advanced { [CmdletBinding()] param([Parameter(Mandatory)] [int] $Number) $Number }
Test-Advanced -Number word
Write-Error 'from the script'
function Test-Write { Write-Error 'from a function' -Category InvalidData -ErrorId Mine -TargetObject 5 }
Test-Write
function Test-Stop { [CmdletBinding()] param() $PSCmdlet.WriteError((New-Object System.Management.Automation.ErrorRecord ([Exception]'made'), 'MadeId', 'InvalidOperation', $null)) }
Test-Stop
[System.IO.File]::ReadAllText('no-such-file')
'last'
