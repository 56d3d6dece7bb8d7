"""How the builder proves to the Windows VMs of one build who it is."""

from __future__ import annotations

from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.names import BUILD_USER
from mintage.recipe import WindowsRecipe
from mintage.remote.winrm.credential import Credential


def credential_of(plan: BuildPlan, recipe: WindowsRecipe, keys: BuildKeys, user: str) -> Credential:
    """As the recipe says, and the same for any process of the build; elevated runs need the password whatever it is."""
    password = keys.administrator_password() if user == BUILD_USER else keys.verification_password()
    auth = recipe.connection.auth
    if auth != "certificate":
        return Credential(password=password, auth=auth)
    return Credential(password=password, auth=auth, certificate=keys.client_certificate(user, plan.started))
