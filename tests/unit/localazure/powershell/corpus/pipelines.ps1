# Pipelines: one object at a time, in order, stopped early.
1..3 | ForEach-Object { "a$_"; Write-Host "host $_" } | ForEach-Object { Write-Host "second $_"; $_ }
1..1000000 | Select-Object -First 2
function Begin-End { begin { 'begin' } process { "process $_" } end { 'end' } }
1, 2 | Begin-End
@() | Begin-End
Begin-End
$null | Begin-End
1, $null, 2 | ForEach-Object { "[$_]" }
@($null) | ForEach-Object { "null: $($null -eq $_)" }
@() | ForEach-Object { 'never' }
1..3 | ForEach-Object -Begin { $t = 0 } -Process { $t += $_ } -End { $t }
1..3 | ForEach-Object { $_ } { $_ * 10 }
1..5 | Where-Object { $_ -gt 2 } | Where-Object { $_ -lt 5 }
'a', 'b' | ForEach-Object ToUpper
'abc', 'de' | ForEach-Object Length
'a-b' | ForEach-Object Split '-'
@{ n = 1 }, @{ n = 2 } | ForEach-Object n
$r = 1, 2, 3 | ForEach-Object { $_ * 2 }
"$r"
(1, 2), (3, 4) | ForEach-Object { $_.Count }
function Emit { 1; 2; 3 }
Emit | ForEach-Object { $_ + 1 }
Emit |
    Where-Object { $_ -ne 2 } |
    ForEach-Object { "kept $_" }
$x = @(Emit | Where-Object { $_ -gt 9 })
$x.Count
'x' | & { process { "block got $_" } }
1, 2 | & { $input | ForEach-Object { $_ * 5 } }
'in' | ForEach-Object { $outer = $_; 'p', 'q' | ForEach-Object { "$outer $_" } }
1..2 | % { $_ } | ? { $_ -eq 2 }
(1..3 | Measure-Object -Sum).Sum
,(1, 2) | ForEach-Object { $_.GetType().Name }
Write-Output 1, 2 -NoEnumerate | ForEach-Object { $_.Count }
'one' | Tee-Object -Variable teed | ForEach-Object { "$_ passed" }
$teed
1..3 | Out-Null
$p = foreach ($i in 1..2) { $i } 
($p | ForEach-Object { $_ }) -join ','
1..3 | ForEach-Object -Process { $_ } -OutVariable out | Out-Null
$out.Count
dir function:Emit | ForEach-Object Name
function All { "all: $input"; "again: $input"; $input.Reset(); "reset: $input" }
1..3 | All
function Each { process { $input.MoveNext() | Out-Null; "each: $($input.Current)" } }
1..2 | Each
1..4 | ForEach-Object { if ($_ -eq 3) { break }; $_ }
'not reached: break outside a loop ends the script'
