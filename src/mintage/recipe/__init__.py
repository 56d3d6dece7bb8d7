"""What an image is made of. A recipe is plain data: loading one creates nothing (``recipe_file`` reads YAML)."""

from mintage.recipe.build import Build, DataDisk, FallbackRegion, Network, Spot
from mintage.recipe.definition import Definition
from mintage.recipe.disk_sources import DiskSource, ManagedDiskSource, SnapshotSource, VirtualMachineSource
from mintage.recipe.forms import CopyForm, Form, ManagedImageForm, VhdForm
from mintage.recipe.kinds import RECIPES, Recipe, parse_recipe, recipe_schema
from mintage.recipe.model import Generalize, GeneralizeStep, LinuxRecipe, Test, Verify
from mintage.recipe.publish import CalendarVersion, ExplicitVersion, Publish, SemanticVersion, Version
from mintage.recipe.source import (
    CommunityGallerySource,
    GallerySource,
    ManagedImageSource,
    MarketplaceSource,
    SharedGallerySource,
    Source,
    VhdSource,
)
from mintage.recipe.steps import Command, CustomizeStep, DirectoryStep, FileStep, Script, ShellStep
from mintage.recipe.target import GalleryTarget, Replicas, TargetRegion
from mintage.recipe.timeouts import Timeouts
from mintage.recipe.windows import Fix, WindowsConnection, WindowsGeneralize, WindowsRecipe, WindowsTest, WindowsVerify
from mintage.recipe.windows_steps import (
    PowerShellCommand,
    PowerShellStep,
    WindowsDirectoryStep,
    WindowsFileStep,
    WindowsStep,
    WindowsUpdateStep,
)
from mintage.recipe.words import in_seconds, parse_duration

__all__ = [
    "RECIPES",
    "Build",
    "CalendarVersion",
    "Command",
    "CommunityGallerySource",
    "CopyForm",
    "CustomizeStep",
    "DataDisk",
    "Definition",
    "DirectoryStep",
    "DiskSource",
    "ExplicitVersion",
    "FallbackRegion",
    "FileStep",
    "Fix",
    "Form",
    "GallerySource",
    "GalleryTarget",
    "Generalize",
    "GeneralizeStep",
    "LinuxRecipe",
    "ManagedDiskSource",
    "ManagedImageForm",
    "ManagedImageSource",
    "MarketplaceSource",
    "Network",
    "PowerShellCommand",
    "PowerShellStep",
    "Publish",
    "Recipe",
    "Replicas",
    "Script",
    "SemanticVersion",
    "SharedGallerySource",
    "ShellStep",
    "SnapshotSource",
    "Source",
    "Spot",
    "TargetRegion",
    "Test",
    "Timeouts",
    "Verify",
    "Version",
    "VhdForm",
    "VhdSource",
    "VirtualMachineSource",
    "WindowsConnection",
    "WindowsDirectoryStep",
    "WindowsFileStep",
    "WindowsGeneralize",
    "WindowsRecipe",
    "WindowsStep",
    "WindowsTest",
    "WindowsUpdateStep",
    "WindowsVerify",
    "in_seconds",
    "parse_duration",
    "parse_recipe",
    "recipe_schema",
]
