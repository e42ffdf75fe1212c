"""Settings of reporting."""

from pathlib import Path

from chassis.settings import ServiceSettings


class ReportingSettings(ServiceSettings):
    """What reporting reads beyond what every service reads."""

    report_font_folder: Path | None = None
    """Folder with a serif family of .ttf files that have Cyrillic letters; without it the bundled PT Serif is used."""
