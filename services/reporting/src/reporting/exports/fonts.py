"""A serif family with Cyrillic letters for PDF: the folder of the settings, or the bundled PT Serif."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import ClassVar

from chassis.errors import Unavailable, Words

_STYLES = {"": ("regular", "book"), "B": ("bold",), "I": ("italic",)}


@dataclass(eq=False, kw_only=True)
class FontMissing(Unavailable):
    """No usable font for PDF."""

    code: ClassVar = "font-missing"
    title: ClassVar = Words("Нет шрифта для PDF", "No font for PDF")
    detail: ClassVar = Words(
        "В папке {folder} нет шрифта начертания {style}. Укажите REPORT_FONT_FOLDER или скачайте отчёт в DOCX.",
        "The folder {folder} has no {style} font. Set REPORT_FONT_FOLDER or download DOCX.",
    )
    folder: str
    style: str


def family(folder: Path | None = None) -> dict[str, Path]:
    """Return the font files by fpdf's style letter (`""`, `B`, `I`). Raises: FontMissing."""
    folder = folder or Path(str(files("fontpkg_pt_serif"))) / "files"
    return {letter: _font(folder, names) for letter, names in _STYLES.items()}


def _font(folder: Path, names: tuple[str, ...]) -> Path:
    for path in sorted(folder.glob("*.ttf")):
        if path.stem.rpartition("-")[2].lower() in names:
            return path
    raise FontMissing(folder=folder.name, style=names[0])
