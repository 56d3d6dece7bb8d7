# What the Windows Update Agent lets this logon do. Searches, downloads and installs nothing.
$session = New-Object -ComObject Microsoft.Update.Session

function Test-Allowed {
    param([scriptblock] $Act)
    try {
        & $Act | Out-Null
        'allowed'
    }
    catch {
        $reason = $_.Exception
        while ($reason.InnerException) { $reason = $reason.InnerException }
        '0x{0:X8}' -f $reason.HResult
    }
}

@{
    search   = Test-Allowed { $session.CreateUpdateSearcher() }
    download = Test-Allowed { $session.CreateUpdateDownloader() }
    install  = Test-Allowed { $session.CreateUpdateInstaller() }
} | ConvertTo-Json -Compress
