# Hands a file over from an offset, in base64. Goes behind input.ps1. Given: JSON with path and offset.
# Prints one JSON object for each block, and one with the size and the hash of the whole file at the end.
$given = Read-Text | ConvertFrom-Json
$path = $given.path

if (-not (Test-Path -LiteralPath $path)) { Write-Answer @{ refused = 'there is no such file' } }
elseif (Test-Path -LiteralPath $path -PathType Container) { Write-Answer @{ refused = 'it is a folder' } }
else {
    # Logs are read while their writers have them open.
    $file = [System.IO.File]::Open($path, 'Open', 'Read', 'ReadWrite')
    try {
        $buffer = New-Object byte[] 262144
        $file.Seek([long]$given.offset, 'Begin') | Out-Null
        $count = $file.Read($buffer, 0, $buffer.Length)
        while ($count -gt 0) {
            Write-Answer @{ output = [Convert]::ToBase64String($buffer, 0, $count) }
            $count = $file.Read($buffer, 0, $buffer.Length)
        }
        $file.Seek(0, 'Begin') | Out-Null
        $hash = (Get-FileHash -InputStream $file -Algorithm SHA256).Hash
        Write-Answer @{ size = $file.Length; sha256 = $hash }
    }
    finally { $file.Close() }
}
