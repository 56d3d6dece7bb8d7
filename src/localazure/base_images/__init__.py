"""Makes the marketplace images that localazure offers, from the distribution's own packages."""

from localazure.base_images.cache import ensure_base_image
from localazure.base_images.commands import BaseImageError
from localazure.base_images.image import BaseImage

__all__ = ["BaseImage", "BaseImageError", "ensure_base_image"]
