# Streams: what each Write- command does, what preferences silence, what redirection brings together.
Write-Output 'output'
Write-Host 'host'
Write-Host 'no newline ' -NoNewline
Write-Host 'then'
Write-Host 1, 2, 3 -Separator '-'
Write-Warning 'warning' 3>&1 | ForEach-Object { "$($_.GetType().Name): $_" }
Write-Verbose 'not shown'
Write-Verbose 'verbose' -Verbose 4>&1 | ForEach-Object { "$($_.GetType().Name): $($_.Message)" }
Write-Debug 'not shown'
Write-Information 'not shown'
Write-Information 'information' -InformationAction Continue
Write-Information 'captured' 6>&1 | ForEach-Object { "$($_.GetType().Name): $($_.MessageData)" }
Write-Host 'from host' 6>&1 | ForEach-Object { "captured: $_" }
Write-Error 'error' 2>&1 | ForEach-Object { "$($_.GetType().Name): $_" }
Write-Error 'gone' 2>$null
Write-Warning 'gone' 3>$null
Write-Host 'gone' 6>$null
function All { 'out'; Write-Error 'err'; Write-Warning 'warn'; Write-Verbose 'verb' -Verbose; Write-Host 'host' }
All *>&1 | ForEach-Object { "[$_]" }
All *>$null
$all = All 2>&1 3>&1 4>&1 6>&1
$all.Count
$errors = @(All 2>&1 3>$null 4>$null 6>$null | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
$errors.Count
$warnings = $null
Write-Warning 'kept' -WarningVariable warnings -WarningAction SilentlyContinue
"$warnings"
$WarningPreference = 'SilentlyContinue'
Write-Warning 'silenced'
$WarningPreference = 'Continue'
$VerbosePreference = 'Continue'
Write-Verbose 'now shown' 4>&1 | ForEach-Object { "$_" }
$VerbosePreference = 'SilentlyContinue'
function Talks { [CmdletBinding()] param() Write-Verbose 'talking' }
Talks
Talks -Verbose 4>&1 | ForEach-Object { "$_" }
$out = Join-Path ([System.IO.Path]::GetTempPath()) 'streams-corpus.txt'
'first' > $out
'second' >> $out
Get-Content $out
1..3 > $out
(Get-Content $out).Count
Write-Error 'to a file' 2> $out
(Get-Content $out -Raw).Contains('to a file')
& { 'out'; Write-Warning 'both' } *> $out
(Get-Content $out).Count
'piped' | Out-File $out -Encoding ascii
Get-Content $out
Remove-Item $out
$x = & { Write-Host 'not captured'; 'captured' }
$x
$null = Write-Output 'discarded'
[void](Write-Output 'discarded too')
Write-Output 'a' 'b' | ForEach-Object { "<$_>" }
'last' | Write-Output
Write-Output
try { Write-Error 'stops' -ErrorAction Stop 2>$null } catch { "caught $_" }
[Console]::WriteLine('console')
[Console]::Out.WriteLine('console out')
