# differs in PowerShell 7: tables and lists there begin and end with fewer blank lines.
# How objects look at the end of a pipeline.
[pscustomobject]@{ Name = 'box'; Size = 3 }, [pscustomobject]@{ Name = 'crate'; Size = 12 } | Format-Table
[pscustomobject]@{ A = 1; B = 2; C = 3; D = 4; E = 5 } | Write-Output | Out-String -Stream | ForEach-Object { "|$_" }
[pscustomobject]@{ Name = 'x'; Value = 1.5 } | Format-Table -AutoSize
[pscustomobject]@{ Name = 'x'; List = 1, 2, 3 } | Format-List
[pscustomobject]@{ Name = 'a'; N = 1 }, [pscustomobject]@{ Name = 'b'; N = 22 } | Format-Table Name, @{ Label = 'Twice'; Expression = { $_.N * 2 } } -AutoSize
[pscustomobject]@{ Name = 'a'; N = 1 } | Format-Table -HideTableHeaders
[ordered]@{ One = 1; Two = 'zwei' } | Out-String -Width 50 -Stream | ForEach-Object { $_.TrimEnd() }
[pscustomobject]@{ Name = 'x'; Nothing = $null; Empty = ''; Yes = $true; When = [datetime]'2024-01-02' } | Format-List
[pscustomobject]@{ Many = 1..9; Text = 'a' } | Format-List
[pscustomobject]@{ Name = 'x'; Inner = [pscustomobject]@{ A = 1 }; Table = @{ k = 'v' } } | Format-List
[pscustomobject]@{ Name = 'x'; Long = 'y' * 200 } | Format-Table | Out-String -Stream | ForEach-Object Length
[pscustomobject]@{ When = [timespan]'1.02:03:04'; V = [version]'1.2.3'; G = [guid]'00000000-0000-0000-0000-00000000000a' } | Format-Table
'strings', 'stay' | Format-Table
([pscustomobject]@{ A = 1 } | Out-String).Trim()
$null | Format-Table
Get-Date '2024-01-02 03:04:05' | Out-String | ForEach-Object { $_.Trim() }
