# CSV: to and from text and files.
$rows = [pscustomobject]@{ Name = 'a'; Value = 1 }, [pscustomobject]@{ Name = 'b, "q"'; Value = $null }
$rows | ConvertTo-Csv -NoTypeInformation
$rows | ConvertTo-Csv -NoTypeInformation -Delimiter ';' | Select-Object -First 2
$back = $rows | ConvertTo-Csv -NoTypeInformation | ConvertFrom-Csv
$back.Count
$back[1].Name
$back[0].Value.GetType().Name
"x;y`n1;2" | ConvertFrom-Csv -Delimiter ';' | ForEach-Object { $_.x + $_.y }
'1,2', '3,4' | ConvertFrom-Csv -Header A, B | ForEach-Object A
$file = Join-Path ([System.IO.Path]::GetTempPath()) 'corpus.csv'
$rows | Export-Csv $file -NoTypeInformation
(Get-Content $file)[0]
(Import-Csv $file).Name
[pscustomobject]@{ Name = 'c'; Value = 3 } | Export-Csv $file -NoTypeInformation -Append
(Import-Csv $file).Count
Import-Csv $file | Where-Object Value | ForEach-Object { "$($_.Name)=$($_.Value)" }
Remove-Item $file
