# Dates and spans of time: making, reading, adding, comparing.
$d = [datetime]'2024-02-28 13:14:15'
"$($d.Year) $($d.Month) $($d.Day) $($d.Hour) $($d.Minute) $($d.Second) $($d.DayOfWeek) $($d.DayOfYear)"
$d.AddDays(2).ToString('yyyy-MM-dd')
$d.AddMonths(-1).ToString('dd/MM')
$d.AddHours(12).Day
$d.Date.ToString('s')
$d.ToString('yyyyMMdd-HHmmss')
$d.ToString('o')
(Get-Date -Year 2020 -Month 5 -Day 6 -Hour 7 -Minute 8 -Second 9).ToString('s')
Get-Date '2024-12-31' -Format 'ddd dd MMM'
([datetime]'2024-03-01' - $d).Days
($d - [timespan]'1.00:00:00').Day
$d + (New-TimeSpan -Hours 11) | ForEach-Object Day
(New-TimeSpan -Start '2024-01-01' -End '2024-01-03 12:00').TotalHours
[timespan]::FromSeconds(3661).ToString()
([timespan]'01:30').TotalMinutes
(New-TimeSpan -Days 1 -Minutes 5).ToString()
[datetime]'2024-01-01' -lt [datetime]'2024-01-02'
$d -is [datetime]
[datetime]::DaysInMonth(2024, 2)
[datetime]::IsLeapYear(2023)
[datetime]::ParseExact('05.06.2024', 'dd.MM.yyyy', $null).Month
[datetime]::MinValue.Year
[datetime]::new(2024, 7, 8).DayOfWeek
([datetime]'2024-01-01T00:00:00').Ticks
[int][dayofweek]::Sunday
(Get-Date) -gt [datetime]'2000-01-01'
(Get-Date).ToUniversalTime() -is [datetime]
($d, [datetime]'2020-01-01' | Sort-Object)[0].Year
($d | Select-Object Year, Month).Month
