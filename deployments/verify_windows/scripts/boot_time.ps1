# Whether LastBootUpTime names a boot: asked several times, it must not move; and how fine it is.
$times = @()
for ($try = 1; $try -le 4; $try++) {
    $times += (Get-CimInstance -ClassName Win32_OperatingSystem).LastBootUpTime.ToUniversalTime().ToString('o')
    Start-Sleep -Milliseconds 700
}
@{
    different = @($times | Select-Object -Unique).Count
    example   = $times[0]
    fraction  = $times[0].Substring(20, 7)
} | ConvertTo-Json -Compress
