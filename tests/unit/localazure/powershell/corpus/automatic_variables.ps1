# Variables that PowerShell fills by itself.
$true; $false; $null -eq $null
$PSVersionTable.PSVersion.Major -ge 5
$PSVersionTable.ContainsKey('PSEdition')
$Host.GetType().Name
$PID -is [int]
$HOME.Length -gt 0
$PWD.GetType().Name
Split-Path $PSCommandPath -Leaf
$PSScriptRoot -eq (Split-Path $PSCommandPath)
$MyInvocation.MyCommand.Name
function Own { $MyInvocation.MyCommand.Name; $MyInvocation.InvocationName; $PSCmdlet -eq $null }
Own
Set-Alias other Own
other
function Advanced { [CmdletBinding()] param($X) $PSCmdlet.MyInvocation.MyCommand.Name; $PSBoundParameters.Count; $PSBoundParameters['X'] }
Advanced -X 5
function Many { $args.Count; $args[0] }
Many 1 2
'abc' -match 'b' | Out-Null
$Matches[0]
$Matches.Count
1, 2 | ForEach-Object { $_; $PSItem }
function Takes { @($input).Count }
1..4 | Takes
$?
Get-Item no-such-item -ErrorAction SilentlyContinue
$?
$?
if (1 -eq 1) { }
$?
$x = 5
$?
$null -eq $LASTEXITCODE
$OFS -eq $null
"$(1, 2)"
foreach ($i in 1..3) { if ($foreach.Current -eq 2) { 'current 2' } }
$ErrorActionPreference
$WarningPreference
$VerbosePreference
$DebugPreference
$InformationPreference
$ConfirmPreference
$WhatIfPreference
$ShellId
$MaximumHistoryCount
$Error.GetType().Name
$PSDefaultParameterValues.Count
$PSDefaultParameterValues['Write-Output:InputObject'] = 'by default'
Write-Output
$PSDefaultParameterValues.Clear()
$StackTrace.GetType().Name
$ExecutionContext.GetType().Name
$ExecutionContext.InvokeCommand.ExpandString('sum $(1 + 1)')
$ExecutionContext.SessionState.Path.CurrentLocation.Path -eq $PWD.Path
$Host.Name
