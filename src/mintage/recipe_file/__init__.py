"""Recipes as files: read, checked whole, and known by one hash, before anything is created."""

from mintage.recipe_file.load import LoadedRecipe, load_recipe

__all__ = ["LoadedRecipe", "load_recipe"]
