# only on Windows: elsewhere paths have other separators.
# Paths as text.
[System.IO.Path]::GetFileName('C:\a\b.txt')
[System.IO.Path]::GetExtension('b.txt')
[System.IO.Path]::GetFileNameWithoutExtension('C:\a\b.txt')
[System.IO.Path]::GetDirectoryName('C:\a\b.txt')
[System.IO.Path]::Combine('C:\a', 'b', 'c')
[System.IO.Path]::ChangeExtension('C:\a\b.txt', 'log')
[System.IO.Path]::IsPathRooted('C:\a')
[System.IO.Path]::GetPathRoot('C:\a\b')
Join-Path C:\a b
Join-Path C:\a\ \b
Split-Path C:\a\b.txt
Split-Path C:\a\b.txt -Leaf
Split-Path C:\a\b.txt -Qualifier
Split-Path C:\a\b.txt -NoQualifier
Split-Path C:\ -Parent
Split-Path relative\path -IsAbsolute
try { Get-Item C:\no\such -ErrorAction Stop } catch { $_.Exception.Message; $_.CategoryInfo.TargetName }
Test-Path C:\no\such
Test-Path C:\Windows
(Resolve-Path C:\windows).Path
