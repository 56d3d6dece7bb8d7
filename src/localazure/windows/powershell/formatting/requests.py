"""What the Format- commands put into the pipeline: the objects, and how they are to be shown."""

from dataclasses import dataclass, field
from typing import Any, Literal

from localazure.windows.powershell.formatting.table_layout import TableStyle
from localazure.windows.powershell.formatting.views import Column

Shape = Literal["table", "list", "wide"]


@dataclass(eq=False)
class FormatRequest:
    """Objects to be shown in one shape; `columns` None means the properties that the objects show by themselves."""

    shape: Shape
    items: list[Any]
    columns: tuple[Column, ...] | None = None
    style: TableStyle = field(default_factory=TableStyle)
    group_by: Column | None = None
    per_line: int = 2
    type_name = "Microsoft.PowerShell.Commands.Internal.Format.FormatStartData"
