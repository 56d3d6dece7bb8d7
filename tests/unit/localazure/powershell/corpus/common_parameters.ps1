# The parameters that every command has: variables that keep what it writes, and what a message may stop.
function Tell { [CmdletBinding()] param() 'one'; Write-Error 'first'; Get-Item no-such-item; Write-Warning 'mind'; 'two' }
Tell -OutVariable out -ErrorVariable err -WarningVariable warn -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
"$($out.Count) $($err.Count) $($warn.Count) $($err[0]) $($warn[0])"
Tell -ErrorVariable +err -ErrorAction SilentlyContinue -WarningAction SilentlyContinue | Out-Null
$err.Count
Tell -ErrorVariable err -ErrorAction SilentlyContinue -WarningAction SilentlyContinue | Out-Null
$err.Count
1..2 | ForEach-Object { $_ * 10 } -PipelineVariable each | ForEach-Object { "$each and $_" }
"[$each]"
Get-Item no-such-item -ErrorAction SilentlyContinue -ErrorVariable missing
$missing[0].CategoryInfo.Category
try { Write-Warning 'stops' -WarningAction Stop 3>$null } catch { $_.Exception.Message }
$VerbosePreference = 'Stop'
try { Write-Verbose 'stops, too' 4>$null } catch { $_.Exception.GetType().Name }
$VerbosePreference = 'SilentlyContinue'
try { Get-ChildItem -Path . -LiteralPath . } catch { $_.FullyQualifiedErrorId }
