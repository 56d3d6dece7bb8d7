import pytest

from localazure.hypervisor.base import GuestIdentity, OsProfile, SshPublicKey


@pytest.fixture
def profile() -> OsProfile:
    return OsProfile(
        computer_name="web",
        admin_username="builder",
        ssh_public_keys=(
            SshPublicKey(path="/home/builder/.ssh/authorized_keys", key_data="ssh-ed25519 QUJD builder <b@c>"),
        ),
        custom_data="I2Nsb3VkLWNvbmZpZwo=",
    )


@pytest.fixture
def identity(profile: OsProfile) -> GuestIdentity:
    return GuestIdentity(
        vm_id="11111111-2222-4333-8444-555555555555",
        name="web",
        resource_id="/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/web",
        resource_group="g",
        subscription_id="s",
        location="westeurope",
        size="Standard_B2s",
        os_type="Linux",
        mac_address="0022480A0B0C",
        private_ip="10.0.1.4",
        subnet_prefix="10.0.1.0/24",
        public_ip="127.0.5.9",
        os_profile=profile,
        tags={"build": "b1", "owner": "me"},
    )
