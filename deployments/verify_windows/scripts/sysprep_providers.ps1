# What others have Sysprep call while it generalizes, and which of the DLLs are not there.
$key = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Setup\SysPrepExternal\Generalize'
$entries = @()
$missing = @()
if (Test-Path -Path $key) {
    foreach ($name in (Get-Item -Path $key).Property) {
        $entry = [string](Get-RegistryValue $key $name)
        $entries += $entry
        $path = [Environment]::ExpandEnvironmentVariables($entry.Split(',')[0])
        if ($path -notlike '*\*') { $path = "$env:SystemRoot\System32\$path" }
        if (-not (Test-Path -LiteralPath $path)) { $missing += $entry }
    }
}
@{ entries = @($entries); missing = @($missing) } | ConvertTo-Json -Compress
