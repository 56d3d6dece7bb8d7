# Packs all that a folder holds into a new zip archive below the system's folder for such files. Goes behind input.ps1.
# Given: JSON with folder and name, of the archive. Answers where that is.
$given = Read-Text | ConvertFrom-Json
if (-not (Test-Path -LiteralPath $given.folder -PathType Container)) { Write-Answer @{ refused = 'there is no such folder' } }
else {
    $archive = "$env:SystemRoot\Temp\$($given.name)"
    if (Test-Path -LiteralPath $archive) { Remove-Item -LiteralPath $archive -Force }
    # Compress-Archive leaves out what is hidden, and takes no file of 2 GB.
    Add-Type -AssemblyName System.IO.Compression.FileSystem
    [System.IO.Compression.ZipFile]::CreateFromDirectory($given.folder, $archive)
    Write-Answer @{ archive = $archive }
}
