"""The process that is one running Windows machine of the model: ``python -m localazure.windows.guest``.

Its standard input is the control socket of the driver that started it. When that closes, the power is cut.
"""
