# Tables: keys, members, order, methods, loops.
$h = @{ One = 1; 'two words' = 2; 3 = 'three' }
$h.Count
$h['one']
$h.ONE
$h.'two words'
$h[3]
$null -eq $h.missing
$h.new = 'n'
$h['other'] = 'o'
$h.Count
$h.ContainsKey('ONE')
$h.Contains('nope')
$h.ContainsValue('three')
$h.Remove('new')
$h.Count
$o = [ordered]@{ z = 1; a = 2; m = 3 }
$o.Keys -join ','
$o.Values -join ','
$o[0]
$o['a']
$o.Insert(0, 'first', 0)
$o.Keys -join ','
foreach ($key in $o.Keys) { "$key=$($o[$key])" }
foreach ($entry in $o.GetEnumerator()) { "$($entry.Key): $($entry.Value)" }
$o.GetEnumerator() | Where-Object Value -gt 1 | ForEach-Object Name
$sum = @{ a = 1 } + @{ b = 2 }
($sum.Keys | Sort-Object) -join ','
try { @{ a = 1 } + @{ a = 2 } } catch { $_.Exception.Message }
$multi = @{
    name  = 'x'
    inner = @{ deep = @{ er = 'found' } }
    list  = 1, 2, 3
    block = { 'called ' + $args[0] }
}
$multi.inner.deep.er
$multi['inner']['deep']['er']
$multi.list[1]
& $multi.block 'me'
$multi.Clone().name
@{}.Count
(@{ a = 1 }).GetType().Name
([ordered]@{}).GetType().Name
$copy = @{} + $multi
$copy.name
$h.Clear()
$h.Count
$counts = @{}
'a', 'b', 'a' | ForEach-Object { $counts[$_]++ }
$counts.a
$counts['x'] += 5
$counts.x
if (-not $counts.y) { 'no y' }
$keyed = @{ (1 + 1) = 'two' }
$keyed[2]
$nullValue = @{ k = $null }
$nullValue.ContainsKey('k')
$name = 'dynamic'
$d = @{ $name = 1; "$name-2" = 2 }
$d.dynamic
$d.'dynamic-2'
($d.GetEnumerator() | Sort-Object Key | ForEach-Object { $_.Value }) -join ','
$d.Keys.Count
@{ a = 1; b = 2 }['a', 'b'] -join ','
try { $d.Add('dynamic', 1) } catch { $_.Exception.InnerException.GetType().Name }
[pscustomobject]$o | ForEach-Object { $_.z }
New-Object psobject -Property $o | ForEach-Object { $_.m }
