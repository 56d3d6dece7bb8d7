"""Everything Mintage does to a subscription. Each function observes, then acts, so it may be called again at any time.

Azure's documents are read and written in Azure's own spelling; the SDK's typed dictionaries check what is written.
"""
