# How text becomes statements: comments, line ends, continuation, quoting of arguments, operators that look like arguments.
'a' # a comment at the end
# a whole line
<# a block
   of lines #>
'b' <# within a line #> ; 'c'
'one line'; 'two statements'
$x = 1 +
    2
$x
$y = 'back' + `
    'tick'
$y
1, 2,
3 -join ','
'piped' |
    ForEach-Object {
        $_.ToUpper()
    }
Write-Output unquoted
Write-Output with`ttab
Write-Output two words | Measure-Object | ForEach-Object Count
Write-Output a,b
Write-Output -InputObject named
Write-Output "quoted $x" 'single $x'
Write-Output $x.GetType().Name
Write-Output $x+1
Write-Output ($x + 1)
Write-Output $($x)text
Write-Output pre$x/post
Write-Output 'adjacent'"quotes"
Write-Output C:\path\file.txt
Write-Output -- -dashed
Write-Output '-5'
Write-Output 5mb
Write-Output @('array', 'items')
Write-Output a=b
Write-Output {block}.ToString()
Write-Output #comment
Write-Output not#comment
Write-Output '#'
if($true){'tight'}else{'no'}
if ( $true )
{
    'brace on its own line'
}
foreach($i in 1..2){$i}
${braced name} = 'braces'
${braced name}
@{a=1;b=2}.b
@{
    a = 1
    b = 'two'   # comment
    'c d' = 3
}.'c d'
$h = @{ block = { 'x' }; nested = @{ y = 1 } }
$h.nested.y
& $h.block
(1, 2, 3)[1]
(Get-Date).Year -gt 2000
'a'.Length.ToString()
[int]'5' + 1
-1
+1
!$true
-not $true
1..3
'x' * 3
"$(if ($true) { 'if in a string' })"
"$($x = 5; $x)"
"a`"b"
'$notExpanded'
"$env:ComSpec".Length -gt 0
"${x}text"
"$x.Length"
"$($h.nested.y)"
"$h['nested']" -replace 'System\.Collections\.Hashtable', 'H'
& 'Write-Output' called
. Write-Output dotted
$command = 'Write-Output'; & $command variable
function f{'no space'}f
function g ( $a , $b ) { "$a-$b" } g 1 2
$a = @(
    1
    2

    3
)
$a.Count
$long = 1, 2, 3 |
    Where-Object { $_ -gt 1 } | # a comment after the pipe
    ForEach-Object { $_ * 2 }
"$long"
;;'empty statements';
$z = if ($x) { 'if as value' } else { 'x' }
$z
'semicolon' ; 'again'
$s = switch (1) { 1 { 'switch as value' } }
$s
@"
here $x "quotes" 'single'
"@.Length
@'
raw $x
'@
"multi
line"
'single
multi'
1 -eq 1 -and 2 -eq 2
(1 -lt 2) -and !(2 -lt 1)
3 -in 1, 2, 3 -and 'a' -like 'A'
$i = 5; $i--; $i
$arr = 1, 2; $arr[0]++; $arr[0]
$null = 1
$true -and (Write-Output 'value') | Out-Null
(1 + 2) * 3 / 9
2 + 3 * 4 - 1
7 % 4 * 2
1 + 1 -eq 2
"{0}" -f 1 + 2
'a' + 'b' * 2
'a', 'b' + 'c' -join '-'
1, 2 -contains 1
- 5 + 3
('x').
    ToUpper()
'ab'. Length
data table { @{ k = 'from data' } }
$table.k
