# differs in PowerShell 7: ConvertTo-Json there lays out with two blanks, escapes less, and reads dates and whole numbers otherwise.
# ConvertTo-Json and ConvertFrom-Json.
[pscustomobject]@{ name = 'box'; size = 3; ok = $true; none = $null; list = 1, 2; inner = @{ a = 'b' } } | ConvertTo-Json
@{ a = 1 } | ConvertTo-Json -Compress
1, 2, 3 | ConvertTo-Json -Compress
ConvertTo-Json @(1) -Compress
@(1) | ConvertTo-Json -Compress
ConvertTo-Json @() -Compress
'text' | ConvertTo-Json
"line`nbreak `"quoted`" back\slash tab`t" | ConvertTo-Json
1.5, 2.0, 1e20 | ConvertTo-Json -Compress
$true | ConvertTo-Json
ConvertTo-Json $null
"<&'>" | ConvertTo-Json
[ordered]@{ z = 1; a = @(); e = @{}; s = '' } | ConvertTo-Json
@{ a = @{ b = @{ c = @{ d = 1 } } } } | ConvertTo-Json -Compress
@{ a = @{ b = @{ c = @{ d = 1 } } } } | ConvertTo-Json -Compress -Depth 5
@{ d = [datetime]::new(2024, 1, 2, 3, 4, 5, [DateTimeKind]::Utc) } | ConvertTo-Json -Compress
@{ e = [System.DayOfWeek]::Friday } | ConvertTo-Json -Compress
@{ v = [version]'1.2' } | ConvertTo-Json -Compress
$o = '{"name": "x", "n": 5, "f": 1.5, "list": [1, "two", null, true], "inner": {"a": "b"}, "empty": [], "u": "\u00e9"}' | ConvertFrom-Json
$o.name
$o.n.GetType().Name
$o.f.GetType().Name
$o.list.Count
$o.list[1]
$o.inner.a
$o.empty.Count
$o.u.Length
$o.PSObject.Properties.Name -join ','
('[1, 2, 3]' | ConvertFrom-Json).Count
'[{"a": 1}, {"a": 2}]' | ConvertFrom-Json | ForEach-Object { $_.Count }
('[{"a": 1}, {"a": 2}]' | ConvertFrom-Json).a -join ','
'"just text"' | ConvertFrom-Json
'5' | ConvertFrom-Json
$null -eq ('null' | ConvertFrom-Json)
try { '{bad' | ConvertFrom-Json } catch { $_.Exception.GetType().Name; $_.FullyQualifiedErrorId }
('{"a": 12345678901}' | ConvertFrom-Json).a.GetType().Name
@{ n = 1 } | ConvertTo-Json -Compress | ConvertFrom-Json | ForEach-Object n
"{`n  ""multi"": ""line""`n}" | ConvertFrom-Json | ForEach-Object multi
[pscustomobject]@{ a = 1 }, [pscustomobject]@{ a = 2 } | ConvertTo-Json
