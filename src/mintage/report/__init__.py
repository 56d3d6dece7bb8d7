"""What a reader needs to trust an image, or to see why there is none: as JSON, as one HTML page, as Markdown."""

from mintage.report.files import ReportFiles, write_report
from mintage.report.markdown import markdown
from mintage.report.page import page

__all__ = ["ReportFiles", "markdown", "page", "write_report"]
