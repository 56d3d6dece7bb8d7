# Set-StrictMode: what is no longer nothing.
Set-StrictMode -Version 2.0
function Try-It([scriptblock] $block) { try { & $block } catch { "$($_.FullyQualifiedErrorId): $($_.Exception.Message)" } }
$set = 1
$nothing = $null
Try-It { $set }
Try-It { $null -eq $nothing }
Try-It { $unset }
Try-It { "in a string: $unset" }
Try-It { $unset++ }
Try-It { $script:unset }
Try-It { 'text'.Length }
Try-It { 'text'.Missing }
Try-It { $nothing.Missing }
Try-It { (5).Count }
Try-It { @(5).Count }
Try-It { @().Count }
Try-It { @{}.Count }
Try-It { @{ a = 1 }.b }
Try-It { $null -eq @{ a = 1 }['b'] }
Try-It { [pscustomobject]@{ a = 1 } | ForEach-Object { $_.b } }
Try-It { $null -eq @(1, 2)[7] }
Try-It { @([pscustomobject]@{ a = 1 }, [pscustomobject]@{ b = 2 }).a }
Try-It { @('x', 'y').Missing }
Try-It { $_ = [pscustomobject]@{ a = 1 }; $_.PSObject.Properties['b'] -eq $null }
function Loose { Set-StrictMode -Off; $null -eq $unset }
Loose
Try-It { $unset }
Set-StrictMode -Version Latest
Try-It { @(1, 2)[7] }
Try-It { @(1, 2)[-1] }
Set-StrictMode -Off
$null -eq $unset.Missing
