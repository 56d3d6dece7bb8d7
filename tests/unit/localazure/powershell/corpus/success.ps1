# only on Windows: cmd
# What $? is after what kind of statement.
1 | ForEach-Object { Get-Item C:\none -ErrorAction SilentlyContinue }; "each $?"
function F { Get-Item C:\none -ErrorAction SilentlyContinue }; F; "function $?"
& { Get-Item C:\none -ErrorAction SilentlyContinue }; "block $?"
Get-Item C:\none -ErrorAction SilentlyContinue | Out-Null; "pipeline $?"
$x = Get-Item C:\none -ErrorAction SilentlyContinue; "assign $?"
cmd /c 'exit 3' | ForEach-Object { 1 }; "native $?"
$x = cmd /c 'exit 3'; "native assigned $?"
function G { [CmdletBinding()] param() $PSCmdlet.WriteError((New-Object System.Management.Automation.ErrorRecord (New-Object Exception 'x'), 'y', 'NotSpecified', $null)) }
G -ErrorAction SilentlyContinue; "WriteError $?"
G 2>$null | Out-Null; "WriteError piped $?"
try { throw 'x' } catch { "catch $?" }
'a' | Out-Null; "fine $?"
