# Casts and what types make of each other.
[int]'12' + 1
[string]12 + 1
[bool]1
[double]'1.5'
[char]'a'
[int][char]'A'
[datetime]'2024-02-03' | ForEach-Object { $_.Day }
[timespan]'01:30:00' | ForEach-Object { $_.TotalMinutes }
[version]'1.2.3.4' | ForEach-Object { $_.Minor }
[guid]'00000000-0000-0000-0000-000000000001' | ForEach-Object { "$_" }
[uri]'https://example.org:8443/path?q=1' | ForEach-Object { "$($_.Host) $($_.Port) $($_.AbsolutePath)" }
[regex]'a+' | ForEach-Object { $_.IsMatch('caat') }
[int[]]('1', '2', '3') | ForEach-Object { $_ + 1 }
[string[]](1, 2) -join ','
[array]5 | ForEach-Object { $_.GetType().Name }
([array]5).Count
[scriptblock]::Create('1 + 2').Invoke()
[switch]$true | ForEach-Object { $_.IsPresent }
[System.Net.IPAddress]'10.0.0.1' | ForEach-Object { $_.AddressFamily }
[DayOfWeek]'Monday' | ForEach-Object { [int]$_ }
[DayOfWeek]2
[System.ConsoleColor]::Red
[enum]::GetNames([DayOfWeek]).Count
[int]1.999
[int]'1.5'
[long]'9000000000'
[byte]255
[uint32]5
[decimal]'1.10'
[int]$null
[string]$null + '|'
[bool]'x'
[int]$false
[hashtable][ordered]@{ a = 1 } | ForEach-Object { $_.a }
'5' -as [int]
'1,5' -as [double]
$null -as [int]
'x' -as [string]
5 -as [string] -is [string]
'2024-01-01' -as [datetime] | ForEach-Object Year
1 + '2'
'1' + 2
[string]1.0
[string]1e3
[string](1, 2)
[string]@{ a = 1 }
[string]$true
"$(1.10)"
[Convert]::ToInt32('ff', 16)
[Convert]::ToBase64String([byte[]](1, 2, 3))
[System.Text.Encoding]::UTF8.GetBytes([string][char]233).Count
[BitConverter]::ToString([byte[]](10, 255))
[math]::Round(2.5)
[math]::Round(3.5)
[math]::Round(2.5, [System.MidpointRounding]::AwayFromZero)
[int]::MaxValue
[int]::TryParse('12', [ref]0)
$parsed = 0
[int]::TryParse('34', [ref]$parsed)
$parsed
[string]::Format('{0}-{1}', 'a', 1)
[datetime]::Parse('2024-05-06').ToString('dd.MM.yyyy')
[datetime]'1/2/2024' | ForEach-Object Month
[int].Name
[System.Collections.Generic.Dictionary[string, int]]::new().Count
[nullable[int]]$null -eq $null
