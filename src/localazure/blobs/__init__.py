"""The blob service: page blobs of storage accounts, and of managed disks that are uploaded or exported.

Only page blobs: what disks are made of (Microsoft Learn, "Blob Storage REST API").
"""
