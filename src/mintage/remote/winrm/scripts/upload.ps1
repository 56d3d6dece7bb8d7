# Takes a file by standard input. Goes behind input.ps1. Given: JSON with path, its folder and drive, part (where the file
# grows), sha256, and space, the bytes that are needed on the drive. Prints what is there of an earlier try, or why it
# refuses; is then told from which offset the blocks come, each a line of base64, until a line with a dot; puts the file
# in place when its hash is right, and prints the hash.
$given = Read-Text | ConvertFrom-Json
$path, $folder, $drive, $part = $given.path, $given.folder, $given.drive, $given.part

function Get-PartLength {
    if (Test-Path -LiteralPath $part) { (Get-Item -LiteralPath $part -Force).Length } else { 0 }
}

# Why this file cannot be put there, or nothing.
function Get-Refusal {
    $disk = Get-CimInstance -ClassName Win32_LogicalDisk -Filter "DeviceID='$drive'"
    if (-not $disk) { return "there is no drive $drive" }
    $needed = [long]$given.space - (Get-PartLength)
    if ($disk.FreeSpace -lt $needed) { return "$drive has $($disk.FreeSpace) bytes free, and $needed are needed" }
    if (Test-Path -LiteralPath $path -PathType Container) { return 'it is a folder' }
    if (Test-Path -LiteralPath $folder -PathType Leaf) { return "$folder is a file" }
    if ((Test-Path -LiteralPath $path) -and (Get-Item -LiteralPath $path -Force).IsReadOnly) { 'it is read-only' }
}

function Receive-Blocks {
    $file = [System.IO.File]::Open($part, 'OpenOrCreate', 'Write', 'Read')
    try {
        $offset = [long][Console]::In.ReadLine()
        $file.SetLength($offset)
        $file.Seek($offset, 'Begin') | Out-Null
        $line = [Console]::In.ReadLine()
        while ($line -and $line -ne '.') {
            $block = [Convert]::FromBase64String($line)
            $file.Write($block, 0, $block.Length)
            $line = [Console]::In.ReadLine()
        }
    }
    finally { $file.Close() }
    if ($line -ne '.') { throw 'the input ended before its end' }
}

# Never half a file: what was there stays until the whole of the new one takes its place.
function Move-IntoPlace {
    if (Test-Path -LiteralPath $path) {
        [System.IO.File]::Replace($part, $path, "$part.old")
        Remove-Item -LiteralPath "$part.old" -Force
    }
    else { [System.IO.File]::Move($part, $path) }
}

$refusal = Get-Refusal
if ($refusal) { Write-Answer @{ refused = $refusal } }
else {
    New-Item -Path $folder -ItemType Directory -Force | Out-Null
    $length = Get-PartLength
    $hash = ''
    if ($length -gt 0) { $hash = (Get-FileHash -LiteralPath $part -Algorithm SHA256).Hash }
    Write-Answer @{ length = $length; sha256 = $hash }
    Receive-Blocks
    $hash = (Get-FileHash -LiteralPath $part -Algorithm SHA256).Hash
    if ($hash -eq $given.sha256) { Move-IntoPlace } else { Remove-Item -LiteralPath $part -Force }
    Write-Answer @{ sha256 = $hash }
}
