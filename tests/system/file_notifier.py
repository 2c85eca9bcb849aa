"""A notifier at the edge: what Slack or a mail server would get goes to a file in Airflow's home."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from airflow.sdk import BaseNotifier

FILE_NAME = "alerts.jsonl"


class FileNotifier(BaseNotifier):
    """Writes each message as a line of JSON, or fails where it is told to."""

    template_fields = ("title", "text")

    def __init__(self, *, title: str, text: str, fails: bool = False) -> None:
        super().__init__()
        self.title = title
        self.text = text
        self.fails = fails

    def notify(self, context: Mapping[str, Any]) -> None:
        """Write, or fail as an unreachable server does."""
        if self.fails:
            message = "the server of this notifier is not there"
            raise ConnectionError(message)
        line = {"title": self.title, "text": self.text, "run_id": context["run_id"]}
        with Path(os.environ["AIRFLOW_HOME"], FILE_NAME).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
