"""Where the data lie on disk."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class DataPaths:
    """The folders under one data root.

    Attributes:
        root: `data/` of the project, or DATA_DIR.
        snapshot: The snapshot shipped with the repository.
        geo: Contours for display, shipped with the repository.
    """

    root: Path
    snapshot: Path
    geo: Path

    @property
    def raw(self) -> Path:
        """Raw files as published, with a lock file a source."""
        return self.root / "raw"

    @property
    def warehouse(self) -> Path:
        """The builds."""
        return self.root / "warehouse"

    @property
    def loaded(self) -> Path:
        """What each source brought to the kept builds."""
        return self.warehouse / "loaded"


def default_paths() -> DataPaths:
    """`data/` beside the packages; DATA_DIR moves what is not shipped."""
    shipped = ROOT / "data"
    return DataPaths(Path(os.environ.get("DATA_DIR") or shipped), shipped / "snapshot", shipped / "geo")
