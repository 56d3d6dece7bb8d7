# Azure's agent: its services by name, and how each is.
$services = [ordered]@{}
foreach ($name in 'RdAgent', 'WindowsAzureGuestAgent', 'WindowsAzureTelemetryService') {
    $service = Get-Service -Name $name -ErrorAction SilentlyContinue
    $services[$name] = $(if ($service) { "$($service.Status), $($service.StartType)" } else { 'absent' })
}
$services | ConvertTo-Json -Compress
