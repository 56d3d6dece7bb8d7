"""Microsoft.Network: virtual networks, security groups, public addresses and network interfaces."""

from localazure.cloud import Provider
from localazure.providers.network.network_interfaces import NetworkInterface
from localazure.providers.network.network_security_groups import NetworkSecurityGroup
from localazure.providers.network.public_ip_addresses import PublicIPAddress
from localazure.providers.network.security_rules import SecurityRule
from localazure.providers.network.subnets import Subnet
from localazure.providers.network.virtual_networks import VirtualNetwork

NETWORK_PROVIDER = Provider(
    namespace="Microsoft.Network",
    types=(VirtualNetwork, Subnet, NetworkSecurityGroup, SecurityRule, PublicIPAddress, NetworkInterface),
)
