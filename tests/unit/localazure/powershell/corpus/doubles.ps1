# differs in PowerShell 7: a newer .NET writes as many digits as tell a Double apart.
# Doubles are written with fifteen digits.
[math]::PI
1.0 / 3
0.1 + 0.2
1 / 3.0
[double]::MaxValue
[math]::Sqrt(2)
1e300 * 10
'{0}' -f (2 / 3)
"$(10 / 3)"
0.1 + 0.2 -eq 0.3
