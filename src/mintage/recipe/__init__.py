"""What an image is made of. A recipe is plain data: loading one creates nothing (``recipe_file`` reads YAML)."""

from mintage.recipe.build import Build, Network
from mintage.recipe.model import Generalize, Recipe, Test, Verify
from mintage.recipe.publish import (
    CalendarVersion,
    Definition,
    ExplicitVersion,
    Publish,
    SemanticVersion,
    TargetRegion,
    Version,
)
from mintage.recipe.source import GallerySource, ManagedImageSource, MarketplaceSource, Source
from mintage.recipe.steps import Command, CustomizeStep, DirectoryStep, FileStep, ShellStep
from mintage.recipe.words import parse_duration

__all__ = [
    "Build",
    "CalendarVersion",
    "Command",
    "CustomizeStep",
    "Definition",
    "DirectoryStep",
    "ExplicitVersion",
    "FileStep",
    "GallerySource",
    "Generalize",
    "ManagedImageSource",
    "MarketplaceSource",
    "Network",
    "Publish",
    "Recipe",
    "SemanticVersion",
    "ShellStep",
    "Source",
    "TargetRegion",
    "Test",
    "Verify",
    "Version",
    "parse_duration",
]
