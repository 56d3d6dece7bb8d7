# -f: composite formats as .NET has them.
'{0}' -f 5
'{0} and {1}, {0} again' -f 'a', 'b'
'|{0,6}|{0,-6}|' -f 'abc'
'{0:D4}' -f 42
'{0:N2}' -f 1234.567
'{0:N0}' -f 1234567
'{0:F1}' -f 2.25
'{0:F3}' -f 2
'{0:X}' -f 255
'{0:x4}' -f 255
'{0:E2}' -f 12345.678
'{0:000.00}' -f 7.5
'{0:#,##0}' -f 1234567
'{0:#.##}' -f 1.5
'{0:yyyy-MM-dd HH:mm:ss}' -f [datetime]'2024-03-04 05:06:07'
'{0:MMM d, yyyy}' -f [datetime]'2024-03-04'
'{0:hh\:mm}' -f [timespan]'05:06:07'
'{0}' -f $null
'[{0}]' -f ''
'{0}' -f $true
'{0}' -f (1, 2, 3)
'{0} {1} {2}' -f (1, 2, 3)
'{0,8:N1}|' -f 3.14159
'{{0}}' -f 1
"{0:G3}" -f 1234.5
try { '{0} {1}' -f 1 } catch { $_.Exception.Message }
try { '{0' -f 1 } catch { $_.FullyQualifiedErrorId }
'{0:b}' -f 'text'
'{0:s}' -f [datetime]'2024-03-04 05:06:07'
'{0:o}' -f [datetime]'2024-03-04 05:06:07'
'{0:d}' -f [datetime]'2024-03-04 05:06:07'
'{0:dddd}' -f [datetime]'2024-03-04'
'{0:D}' -f [dayofweek]::Friday
