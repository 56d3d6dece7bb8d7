# -replace, -split, -join and the unary forms.
'a-b-c' -replace '-', '+'
'Hello' -replace 'L', 'x'
'Hello' -creplace 'L', 'x'
'John Smith' -replace '(\w+) (\w+)', '$2, $1'
'2024-01-02' -replace '(?<y>\d+)-(?<m>\d+)-(?<d>\d+)', '${d}.${m}.${y}'
'abc' -replace 'b'
'a.b' -replace '\.', '\'
'price 5' -replace '\d', '$$$0'
('a1', 'b2' -replace '\d', '') -join ','
'x' -replace '^', 'start-'
'one,two,,three' -split ','
'a1b22c' -split '\d+'
('a,b,c,d' -split ',', 2) -join '|'
('a.b.c' -split '.', 0, 'simplematch').Count
('a, b,c' -split ', ?') -join '|'
('aXbxc' -csplit 'x') -join '|'
('a|b' -split '\|') -join ' '
('a-b_c' -split '([-_])') -join ' '
('1a2b3' -split { $_ -match '[a-z]' }) -join '+'
-split '  a  b c ' -join ','
-split "x`ty`nz"
'a', 'b', 'c' -join '-'
-join ('a', 'b', 'c')
(1, 2, 3) -join ''
'single' -join ','
, 1 -join ','
('a b', 'c d' -split ' ').Count
"line1`r`nline2`nline3" -split '\r?\n'
'C:\dir\file.txt' -split '\\' | Select-Object -Last 1
'aaa' -replace 'a', 'b' -replace 'bb$', 'c'
'  trim me  ' -replace '^\s+|\s+$'
'CamelCaseText' -creplace '([A-Z])', ' $1'
[regex]::Replace('abc', 'b', { param($m) $m.Value.ToUpper() })
[regex]::Matches('a1b22', '\d+').Value -join ','
[regex]::IsMatch('abc', '^a')
[regex]::Split('a  b', '\s+') -join ','
[regex]::Escape('a.b*c')
('ab12cd' | Select-String -Pattern '\d+').Matches[0].Value
('a,b,c,d' -split ',', -3) -join '|'
("1a`n2b`n3c" -split '^\d', 0, 'Multiline').Count
'Contoso.local\John.Doe' -replace '^(?<domain>[\w-.]+)\\(?<user>[\w-.]+)$', '${user}@${domain}'
('abc' -split '').Count
