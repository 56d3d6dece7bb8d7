# Select-Object, Where-Object, Sort-Object, Group-Object, Measure-Object, Compare-Object, Get-Unique.
$people = @(
    [pscustomobject]@{ Name = 'Ann'; Age = 30; Town = 'Oslo' }
    [pscustomobject]@{ Name = 'bob'; Age = 25; Town = 'Rome' }
    [pscustomobject]@{ Name = 'Cid'; Age = 30; Town = 'Oslo' }
    [pscustomobject]@{ Name = 'dee'; Age = 41; Town = 'Bern' }
)
$people | Select-Object -ExpandProperty Name
($people | Select-Object Name, Age)[0].PSObject.Properties.Name -join ','
$people | Select-Object -First 1 | ForEach-Object Name
$people | Select-Object -Last 1 | ForEach-Object Name
$people | Select-Object -Skip 2 -First 1 | ForEach-Object Name
$people | Select-Object -Index 0, 3 | ForEach-Object Name
$people | Select-Object @{ n = 'Who'; e = { $_.Name.ToUpper() } } | ForEach-Object Who
($people | Select-Object * -ExcludeProperty Age)[0].PSObject.Properties.Name -join ','
($people | Select-Object Name, Missing)[0].PSObject.Properties.Name -join ','
1, 1, 2, 3, 3 | Select-Object -Unique
(1..5 | Select-Object -SkipLast 2) -join ','
$people | Where-Object { $_.Age -gt 28 } | ForEach-Object Name
$people | Where-Object Age -eq 25 | ForEach-Object Name
$people | Where-Object Town -like 'O*' | ForEach-Object Name
$people | Where-Object Name -in 'Ann', 'dee' | ForEach-Object Age
$people | Where-Object -Property Age -ge -Value 41 | ForEach-Object Name
$people | Where-Object { $_.Town -eq 'Oslo' -and $_.Name -match '^C' } | ForEach-Object Name
$people | Sort-Object Age, Name | ForEach-Object Name
$people | Sort-Object Name -Descending | ForEach-Object Name
$people | Sort-Object { $_.Town.Length }, @{ Expression = 'Age'; Descending = $true } | ForEach-Object Name
'b', 'A', 'c' | Sort-Object
10, 9, 100 | Sort-Object
'10', '9', '100' | Sort-Object
'10', '9', '100' | Sort-Object { [int]$_ }
3, 1, 3, 2 | Sort-Object -Unique
'x', 'X' | Sort-Object -Unique
$groups = $people | Group-Object Town
$groups | Sort-Object Name | ForEach-Object { "$($_.Name): $($_.Count) $($_.Group.Name -join '+')" }
($people | Group-Object Age -NoElement | Sort-Object { [int]$_.Name } | Select-Object -First 1).Name
$table = $people | Group-Object Town -AsHashTable -AsString
$table['Oslo'].Count
$table.Rome.Name
1..6 | Group-Object { $_ % 3 } | Sort-Object { [int]$_.Name } | ForEach-Object { "$($_.Name)=$($_.Group -join '.')" }
$m = $people | Measure-Object Age -Sum -Average -Maximum -Minimum
"$($m.Count) $($m.Sum) $($m.Average) $($m.Maximum) $($m.Minimum) $($m.Property)"
('a', 'b' | Measure-Object).Count
('one two', 'three' | Measure-Object -Word -Line -Character) | ForEach-Object { "$($_.Lines) $($_.Words) $($_.Characters)" }
(@() | Measure-Object).Count
Compare-Object 1, 2, 3 2, 3, 4 | ForEach-Object { "$($_.InputObject) $($_.SideIndicator)" }
Compare-Object 1, 2 1, 2 -IncludeEqual | ForEach-Object { "$($_.InputObject) $($_.SideIndicator)" }
$null -eq (Compare-Object 1, 2 2, 1)
Compare-Object $people[0] $people[2] -Property Town, Age -IncludeEqual | ForEach-Object SideIndicator
'a', 'a', 'b', 'a' | Get-Unique
try { $people[0] | Select-Object -ExpandProperty Nope -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }
$people | ForEach-Object { $_.Age } | Measure-Object -Maximum | ForEach-Object Maximum
$people.Where({ $_.Age -gt 40 }).Name
($people | Where-Object { $_.Age -gt 90 }) -eq $null
$people | Select-Object -Property Name -First 2 | ForEach-Object { $_.Name }
($people | Select-Object -First 1 -Property @{ Name = 'A'; Expression = { 1 } }, Name | Get-Member -MemberType NoteProperty).Name -join ','
