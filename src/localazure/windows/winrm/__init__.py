"""The WS-Management service of a Windows guest: remote shells over HTTP and HTTPS."""
