# How WinRM lets clients in, after Mintage has opened it for NTLM, and which listeners it has.
$auth = [ordered]@{}
foreach ($name in 'Basic', 'Kerberos', 'Negotiate', 'Certificate', 'CredSSP', 'CbtHardeningLevel') {
    $auth[$name] = [string](Get-Item -Path "WSMan:\localhost\Service\Auth\$name").Value
}
$auth['AllowUnencrypted'] = [string](Get-Item -Path WSMan:\localhost\Service\AllowUnencrypted).Value
$auth['listeners'] = @(Get-ChildItem -Path WSMan:\localhost\Listener | ForEach-Object {
        @($_.Keys | Where-Object { $_ -like 'Transport=*' }) -replace '^Transport=', ''
    })
$auth | ConvertTo-Json -Compress
