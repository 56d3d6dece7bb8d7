"""The disk that a new Windows machine of the model starts from, as a marketplace image would give it."""

from localazure.windows.base_image.image import BASE_VERSION, ensure_base_image, unpack

__all__ = ["BASE_VERSION", "ensure_base_image", "unpack"]
