"""Everything Mintage does to a subscription. Each function observes, then acts, so it may be called again at any time.

Azure's documents are read and written in Azure's own spelling. The SDK has typed dictionaries for them, but network's
ask for what only Azure writes (etag), so the contract tests hold the spelling to Azure's rules instead.
"""
