# Where Azure put the custom data, and what it is: this VM's is no secret.
$path = "$env:SystemDrive\AzureData\CustomData.bin"
$text = ''
if (Test-Path -LiteralPath $path) {
    $text = [System.Text.Encoding]::UTF8.GetString([System.IO.File]::ReadAllBytes($path))
}
$others = @()
if (Test-Path -LiteralPath "$env:SystemDrive\AzureData") {
    $others = @(Get-ChildItem -LiteralPath "$env:SystemDrive\AzureData" -Force | ForEach-Object { $_.Name })
}
@{ path = $path; text = $text; folder = @($others) } | ConvertTo-Json -Compress
