# Variables hold any value, keep a type once they are given one, and are nothing until they are set.
$name = 'Ada'
$Name
"$NAME has $($name.Length) letters"
${a name with blanks} = 5
${a name with blanks} + 1
$null -eq $neverSet
$a = $b = 3
"$a $b"
$first, $second, $rest = 1, 2, 3, 4
"$first $second [$rest] $($rest.GetType().Name)"
$first, $second = $second, $first
"$first $second"
[int]$number = '42'
$number.GetType().Name
$number = '7'
$number + 1
try { $number = 'seven' } catch { $_.FullyQualifiedErrorId }
[string]$text = 12
$text = 3.5
$text.GetType().Name
$list = 1, 2
$same = $list
$same[0] = 9
$list[0]
$list += 3
"$list / $same"
$n = 5
$n++
$n += 2
$n *= 3
$n -= 4
$n /= 4
$n
$n %= 3
$n
$word = 'ab'
$word += 'cd'
$word
$word *= 2
$word
$i = 1
$j = $i++ + 10
"$i $j"
$k = ++$i
"$i $k"
($m = 5)
($o = 1..3).Count
Set-Variable -Name viaCommand -Value 8
$viaCommand
(Get-Variable viaCommand).Value
Remove-Variable viaCommand
$null -eq $viaCommand
Set-Variable constant 1 -Option ReadOnly
try { $constant = 2 } catch { $_.Exception.Message }
$env:CORPUS = 'set'
"$env:CORPUS $(Test-Path env:CORPUS)"
$env:CORPUS = ''
Test-Path env:CORPUS
[void](1 + 1)
$null = 5
"[$null]"
