# What is left of the build once it was generalized and tidied up. Mintage's account is named mintage.
$listeners = @(Get-ChildItem -Path WSMan:\localhost\Listener | Where-Object { @($_.Keys) -contains 'Transport=HTTPS' })
$certificates = @(Get-ChildItem -Path Cert:\LocalMachine -Recurse |
        Where-Object { -not $_.PSIsContainer -and
            ($_.FriendlyName -like 'Mintage*' -or $_.Subject -like 'CN=Mintage*') })
@{
    accounts     = @(Get-LocalUser | Where-Object { $_.Name -eq 'mintage' } | ForEach-Object { [string]$_.SID })
    profiles     = @(Get-ChildItem -LiteralPath "$env:SystemDrive\Users" -Force |
            Where-Object { $_.Name -like 'mintage*' } | ForEach-Object { $_.Name })
    tasks        = @(Get-ScheduledTask | Where-Object { $_.TaskName -like 'Mintage*' } | ForEach-Object { $_.TaskName })
    certificates = @($certificates | ForEach-Object { $_.Thumbprint })
    listeners    = @($listeners | ForEach-Object { $_.Name })
    mappings     = @(Get-ChildItem -Path WSMan:\localhost\ClientCertificate | ForEach-Object { $_.Name })
} | ConvertTo-Json -Compress
