"""Every distribution that there is a layout of, by the name tests have for it."""

from __future__ import annotations

from collections.abc import Mapping

from tests.support.layouts.azure_linux import AZURE_LINUX
from tests.support.layouts.base import Layout
from tests.support.layouts.debian import DEBIAN, UBUNTU
from tests.support.layouts.flatcar import FLATCAR
from tests.support.layouts.redhat import ALMA, ORACLE, RHEL, ROCKY
from tests.support.layouts.suse import OPENSUSE, SLES

LAYOUTS: Mapping[str, Layout] = {
    "debian": DEBIAN,
    "ubuntu": UBUNTU,
    "rhel": RHEL,
    "almalinux": ALMA,
    "rocky": ROCKY,
    "ol": ORACLE,
    "opensuse-leap": OPENSUSE,
    "sles": SLES,
    "azurelinux": AZURE_LINUX,
    "flatcar": FLATCAR,
}
