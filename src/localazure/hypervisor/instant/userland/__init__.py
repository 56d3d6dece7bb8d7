"""What runs inside of a model guest, in place of Debian's own programs that need a real machine.

Plain scripts of the standard library only: they run under the host's ``/usr/bin/python3``, without site-packages.
``localazure.hypervisor.instant.programs`` lays them out under ``/usr`` of the guest.
"""
