# Answer files on the machine, and whether their passwords were blotted out. No value of a password is printed.
$files = @(Get-UnattendFile)
$cached = "$env:SystemRoot\Panther\unattend-original.xml", "$env:SystemRoot\Panther\UnattendGC\unattend.xml",
    "$env:SystemDrive\AzureData\unattend.xml", "$env:SystemDrive\AzureData\ovf-env.xml"
$files += @($cached | Where-Object { Test-Path -LiteralPath $_ })
$withPassword = @()
$open = @()
foreach ($file in $files) {
    $text = Get-Content -LiteralPath $file -Raw
    if ($text -match '<(Administrator)?Password>') {
        $withPassword += $file
        if ($text -notmatch 'SENSITIVE\*DATA\*DELETED') { $open += $file }
    }
}
@{
    files        = @($files)
    withPassword = @($withPassword)
    open         = @($open)
    panther      = (Test-Path -LiteralPath "$env:SystemRoot\Panther")
} | ConvertTo-Json -Compress
