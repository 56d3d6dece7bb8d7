# Arrays: making, indexing, slicing, adding, nesting, what a pipeline makes of them.
$a = 1, 2, 3
$a.Count
$a.Length
$a[0]; $a[-1]; $a[1..2] -join ','
$a[0, 2] -join ','
$a[-1..-3] -join ','
$null -eq $a[9]
$a += 4
$a -join ','
($a + 5, 6) -join ','
@().Count
@(1).Count
@($null).Count
(, 1).Count
(, (1, 2)).Count
(1, (2, 3), 4).Count
(1, (2, 3), 4)[1][0]
$empty = @()
$empty += 'x'
$empty.Count
$nested = @((1, 2), (3, 4))
$nested[1][1]
$typed = [int[]]('1', '2')
$typed.GetType().Name
$typed[0].GetType().Name
$b = 1..5
"$b"
5..1 -join ''
-2..2 -join ' '
$one = @(Get-Date)
$one.Count
$x = foreach ($i in 1..3) { $i * 2 }
$x -join ','
$x.GetType().Name
$y = if ($true) { 'single' }
$y.GetType().Name
(1..10)[2..4] -join ','
[array]::Reverse($b)
$b -join ''
[array]::IndexOf((4, 5, 6), 6)
$list = New-Object System.Collections.ArrayList
[void]$list.Add('a')
$list.AddRange(@('b', 'c'))
$list.Remove('a')
$list -join ','
$generic = [System.Collections.Generic.List[int]]::new()
$generic.Add(3); $generic.Add(1)
$generic.Sort()
$generic -join ','
$generic.Contains(3)
$strings = New-Object 'System.Collections.Generic.List[string]'
$strings.Add(5)
$strings[0].GetType().Name
(1..3).ForEach({ $_ * 10 }) -join ','
(1..6).Where({ $_ % 2 -eq 0 }) -join ','
(1..6).Where({ $_ -gt 2 }, 'First', 2) -join ','
('a', 'bb').ForEach('Length') -join ','
('a', 'bb').Length
('a', 'bb').ToUpper() -join ','
$sized = New-Object int[] 3
$sized -join ','
try { $sized[5] = 1 } catch { $_.Exception.Message }
$a.Contains(3)
$a -contains 3
@(1, 2, 3) | Measure-Object | Select-Object -ExpandProperty Count
Write-Output (1, 2), (3, 4) | ForEach-Object { $_ -join '+' }
, (1, 2) | ForEach-Object { $_.Count }
@(@(1, 2)).Count
@(, @(1, 2)).Count
$copy = $a.Clone()
$copy[0] = 100
$a[0]
$hash = @{ a = 1 }, @{ a = 2 }
$hash.a -join ','
$bytes = [byte[]](1, 2, 255)
$bytes[2].GetType().Name
$bytes -join ' '
$null + 1
@(1) + $null + 2 | ForEach-Object { "[$_]" }
(1, 2) + (3) -join ','
'end'
(1..3).ForEach{ $_ * 2 } -join ','
(1..4).Where{ $_ -gt 2 } -join ','
('a', 'b').ForEach('ToUpper') -join ','
$numbers = [int[]](1, 2)
$numbers.Clear()
$numbers -join ','
