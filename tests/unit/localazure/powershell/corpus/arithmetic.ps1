# Numbers: their types, what they become when they grow, division, remainder, precedence, units.
1 + 2 * 3
(1 + 2) * 3
7 / 2
6 / 2
(6 / 2).GetType().Name
(7 / 2).GetType().Name
-7 % 3
7 % -3
5.5 % 2
2147483647 + 1
(2147483647 + 1).GetType().Name
(2147483648).GetType().Name
(9223372036854775807 + 1).GetType().Name
(1l).GetType().Name
(1d).GetType().Name
1.10d + 2.20d
(1.5).GetType().Name
1kb; 2mb; 1gb
0xff
0x7fffffff
0xFFFFFFFF
1e3
.5 + .25
10 - '4'
'4' * 3
4 * '3'
'5' + 3
5 + '3'
3 - 5
- (3 + 4)
+ '12'
[int]2.5
[int]3.5
[int]'0x1f'
[int]-2.5
[math]::Truncate(2.7)
[math]::Round(2.567, 2)
[math]::Pow(2, 10)
[math]::Max(3, 9)
[math]::Abs(-4)
[math]::Ceiling(1.2)
try { 1 / 0 } catch { $_.Exception.Message }
10 / 4
100000 * 100000
[long]5
[byte]200 + 100
[int]$true + [int]$false
$null + 5
1..3 + 7..8 -join ','
[decimal]10 / 4
1e15
1e16
123456789012345678
1.0
1.50
