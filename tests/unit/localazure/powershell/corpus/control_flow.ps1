# if, while, do, for, foreach, break, continue, labels.
$n = 7
if ($n -gt 10) { 'big' } elseif ($n -gt 5) { 'medium' } else { 'small' }
if ($false) { 'never' }
else { 'else on its own line' }
$i = 0
while ($i -lt 3) { $i++; if ($i -eq 2) { continue }; "while $i" }
do { $i--; "do $i" } while ($i -gt 1)
do { $i++ } until ($i -ge 5)
$i
for ($k = 0; $k -lt 3; $k++) { "for $k" }
for (; $k -gt 0; $k--) { }
$k
foreach ($x in 'a', 'b', 'c') { if ($x -eq 'c') { break }; $x }
foreach ($x in $null) { 'null runs once?' }
foreach ($x in @()) { 'never' }
foreach ($x in 5) { "scalar $x" }
foreach ($pair in @{ k = 'v' }) { $pair.k }
foreach ($x in 1..3) { $last = $x }
"after: $x $last"
:outer foreach ($a in 1..3) {
    foreach ($b in 1..3) {
        if ($b -eq 2) { continue outer }
        if ($a -eq 3) { break outer }
        "$a$b"
    }
}
$total = 0
foreach ($v in (1..10 | Where-Object { $_ % 2 })) { $total += $v }
$total
$result = foreach ($v in 1..4) { if ($v % 2) { $v } }
"$result"
$found = while ($true) { 'once'; break }
$found
$value = if ($n -eq 7) { 'seven' } else { 'other' }
$value
1..5 | ForEach-Object { if ($_ -eq 3) { return }; $_ }
'---'
foreach ($outer in 1..2) { foreach ($inner in 1..2) { "$outer.$inner" } }
$e = (1..3).GetEnumerator()
while ($e.MoveNext()) { $e.Current }
$w = 3
while ($w--) { "w=$w" }
if ($null -ne ($line = 'assigned in a condition')) { $line }
