# Text: quotes, escapes, expansion, here-strings, what its methods do.
$n = 3
'single $n `n quotes'
"double $n quotes"
"tab`tquote`"backtick``dollar`$n"
'it''s'
"say ""hi"""
"sum: $(1 + 2)"
"list: $(1, 2, 3)"
"property: $('abc'.Length)"
$table = @{ key = 'value'; list = 1, 2 }
"member: $($table.key) and $($table['key'])"
"not expanded: $table.key"
"array: $($table.list)"
"nested: $("inner $n")"
"colon: ${n}: $n; end"
"[$($null)]"
"$n$n"
"${n}rd"
"true: $true, double: $(1.5), date: $([datetime]'2024-02-29')"
$OFS = '-'
"$(1..3)"
Remove-Variable OFS
@'
first 'line' $n
second "line"
'@
@"
first "line" $n
second $($n + 1)
"@
@"

blank before
"@
'abc'.ToUpper()
'  trim '.Trim() + '|'
'a-b-c'.Split('-')[1]
'abcdef'.Substring(2, 3)
'abc'.Replace('b', 'x')
'abc'.Contains('bc')
'abc'.StartsWith('ab')
'abc'.IndexOf('c')
'abc'.PadLeft(5) + '|'
'abc'.PadRight(5, '.') + '|'
'abc'[0]
'abc'[-1]
'abc'[0..1] -join ''
'abc'.Length
'abc'.ToCharArray().Count
'a,b;c'.Split(',;').Count
'abc' * 2
'a' + 1
[string]::IsNullOrEmpty('')
[string]::Join('+', @('a', 'b'))
'abc'.Insert(1, 'X')
'abc'.Remove(1)
'ABC'.ToLower()
'abc' -eq 'ABC'
'abc'.Equals('ABC')
'abc'.CompareTo('abd')
'one two' | ForEach-Object { $_.Split(' ') }
"a`
b"
"line1`r`nline2".Split("`n").Count
[char]65
[int][char]'a'
"{0} {{literal}}" -f 'x'
