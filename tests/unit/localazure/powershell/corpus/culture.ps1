# differs in PowerShell 7: its en-US comes from another library, which sets blanks elsewhere.
# What en-US makes of percent, money and times.
'{0:P1}' -f 0.256
'{0:C}' -f 1234.5
'{0:t}' -f [datetime]'2024-03-04 05:06:07'
'{0:g}' -f [datetime]'2024-03-04 15:06:07'
'{0:D}' -f [datetime]'2024-03-04'
(Get-Date '2024-03-04 15:06:07').ToString()
"$(Get-Date '2024-03-04 15:06:07')"
$PSCulture
$PSUICulture
(Get-Culture).Name
$PSVersionTable.PSVersion.GetType().Name
$PSVersionTable.PSEdition
