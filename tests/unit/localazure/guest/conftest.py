import pytest

from localazure.hypervisor.base import GuestIdentity, OsProfile, SshPublicKey
from tests.support import identity as guests


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
    return guests.identity(
        private_ip="10.0.1.4",
        subnet_prefix="10.0.1.0/24",
        public_ip="127.0.5.9",
        os_profile=profile,
        tags={"build": "b1", "owner": "me"},
    )
