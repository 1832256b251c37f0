"""Static files as they are stored: each under a name that changes with it, gzip beside it, and Brotli beside our own.

Brotli makes a sixth less of a script than gzip, but at its best takes long over the large files of libraries, which
few pages ask for: those keep gzip alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

OURS = ("console", "field", "insight", "portal", "shared")


class OursInBrotli(Compressor):
    """Compresses what lies in the folders of our own pages with Brotli as well; everything with gzip."""

    def __init__(self, root: str, **how: Any) -> None:
        super().__init__(**how, use_brotli=False)
        self.ours = Compressor(**how)
        self.root = Path(root)

    def compress(self, path: str) -> list[str]:
        """Write the compressed files beside one; return their names. Called from several threads at once."""
        own = Path(path).relative_to(self.root).parts[0] in OURS
        return self.ours.compress(path) if own else super().compress(path)


class OwnStorage(CompressedManifestStaticFilesStorage):
    """Where `collectstatic` writes."""

    def create_compressor(self, **how: Any) -> OursInBrotli:
        """Return what compresses one file."""
        return OursInBrotli(self.location, **how)
