# Comparison: case, types, lists as filters, containment, wildcards, patterns, types.
1 -eq 1.0
'a' -eq 'A'
'a' -ceq 'A'
'a' -ieq 'A'
1 -eq '1'
'1' -eq 1
'01' -eq 1
1 -eq '01'
$null -eq $null
$null -eq 0
'' -eq $null
2 -gt 1
'b' -gt 'a'
'a' -lt 'B'
10 -lt 9
'10' -lt '9'
10 -lt '9'
3 -ge 3
2 -le 1
1 -ne 2
1, 2, 3, 2 -eq 2
(1, 2, 3 -ne 2) -join ','
(1..5 -gt 3) -join ','
('a', 'b', 'A' -eq 'a').Count
[bool](1, 2 -eq 3)
1, 2, 3 -contains 2
'a', 'b' -contains 'B'
'a', 'b' -ccontains 'B'
2 -in 1, 2, 3
5 -notin 1, 2
1, 2 -notcontains 2
'hello' -like 'h*o'
'hello' -like 'H?llo'
'hello' -clike 'H*'
'hello' -notlike '*z*'
'file1.txt' -like 'file[0-9].txt'
('ab', 'cd', 'ad' -like 'a*') -join ','
'hello 42' -match '(?<word>\w+) (\d+)'
$Matches.word
$Matches[1]
$Matches[0]
'abc' -match 'B'
'abc' -cmatch 'B'
'abc' -notmatch 'z'
('x1', 'y', 'z2' -match '\d') -join ','
1 -is [int]
'a' -is [string]
1.5 -isnot [int]
@() -is [array]
@{} -is [hashtable]
{ } -is [scriptblock]
'5' -as [int]
$null -eq ('x' -as [int])
1 -is [object]
$true -and $false
$true -or $false
$true -xor $true
-not $true
!$false
-not 0
!(1 -eq 2)
$false -or $true -and $false
[bool]'false'
[bool]''
[bool]'0'
[bool]0
[bool]@()
[bool]@(0)
[bool]@(0, 0)
[bool]@{}
[bool]$null
if ('text') { 'text is true' }
if (0.0) { 'no' } else { '0.0 is false' }
$true -eq 'yes'
'yes' -eq $true
1 -eq $true
5 -eq $true
$true -eq 5
[datetime]'2024-01-02' -gt [datetime]'2024-01-01'
[version]'10.0' -gt [version]'9.5'
'a' -eq 'a ' 
@(1, 2) -eq 1 | ForEach-Object { "found $_" }
(1, $null, 2 -ne $null).Count
'True' -eq $true
