"""Where things lie: the project, its sources of definitions, and what a run leaves behind."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[4]
LOCAL = PROJECT / ".local"
RABBITMQ_SOURCES = PROJECT / "deploy" / "rabbitmq"
MONGO_SOURCES = PROJECT / "deploy" / "mongo"
MONGOD_PIN = PROJECT / "deploy" / "local" / "mongod.txt"
