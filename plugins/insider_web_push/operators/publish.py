"""publish: a day whose campaigns are all there becomes a revision, a manifest and an asset event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException

from insider_web_push.manifest import Manifest
from insider_web_push.operators.base import Discovered, InsiderOperator, Published
from insider_web_push.planning import Mode, to_fetch
from insider_web_push.publishing import DayContent, DayInput, content_of, described, files_of, next_manifest

if TYPE_CHECKING:
    from airflow.sdk import Context


class PublishDayOperator(InsiderOperator):
    """
    Publish the day that discover swept, if nothing of it is missing.

    Its asset outlets get one event with the day as partition, only where the figures moved or an earlier event may
    have been lost. One at a time for an account: give it a pool of one slot. Trigger rule `all_done`.

    Args:
        discovered: What discover handed on; None if it failed.
        mode: The mode of the plan.

    Raises:
        AirflowSkipException: nothing was swept, something is missing, or nothing moved. The published version stays.
    """

    template_fields: Sequence[str] = (*InsiderOperator.template_fields, "discovered")

    def __init__(self, *, discovered: Discovered | None, mode: Mode = Mode.CHANGED, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.discovered = discovered
        self.mode = mode

    def execute(self, context: Context) -> Published:
        """Publish, or say why not."""
        if not self.discovered:
            message = "nothing to publish: discover did not finish"
            raise AirflowSkipException(message)
        day = date.fromisoformat(self.discovered["day"])
        before = self.store.read_manifest(day)
        # The run that was cleared may be older than what another run has published of this day since.
        sweep_key = max(self.discovered["sweep"], before.sweep if before else "")
        found = self._input(day, sweep_key, before)
        content = content_of(found)
        manifest = self._commit(context, content, day, sweep_key, before)
        if not manifest.event_owed:
            message = f"{day}: nothing moved since revision {manifest.revision}, {len(manifest.campaigns)} campaigns"
            raise AirflowSkipException(message)
        for outlet in self.outlets:
            context["outlet_events"][outlet].add_partitions(day.isoformat())
        self.log.info(
            "%s: revision %d with %d campaigns is published, %s",
            day, manifest.revision, len(manifest.campaigns), self.store.url(self.store.manifest_key(day)),
        )  # fmt: skip
        return Published(day=day.isoformat(), revision=manifest.revision, manifest=self.store.manifest_key(day))

    def _input(self, day: date, sweep_key: str, before: Manifest | None) -> DayInput:
        stored, sweep = self.read_sweep(sweep_key)
        known = self.store.known(day, before)
        missing = to_fetch(sweep.campaigns, known, mode=Mode(self.mode), since=stored.swept_at)
        if missing:
            stays = f"revision {before.revision} stays" if before else "it stays unpublished"
            message = f"{day}: {len(missing)} of {len(sweep.campaigns)} campaigns are missing, {stays}"
            raise AirflowSkipException(message)
        snapshots = self.store.read_snapshots(item.key for item in known.values())
        swept = {item.campaign_id: item for item in sweep.campaigns}
        return DayInput(swept=swept, swept_at=stored.swept_at, known=known, snapshots=snapshots, before=before)

    def _commit(
        self, context: Context, content: DayContent, day: date, sweep_key: str, before: Manifest | None
    ) -> Manifest:
        """Write in the order that a reader and a crash can stand: files, manifest, copies."""
        if before and before.content == content.content and self._is_intact(before):
            manifest = before.model_copy(update={"sweep": sweep_key, "campaigns": content.campaigns})
            self.store.write_manifest(manifest)
            if manifest.event_owed:  # the copies may not have been written either
                self.store.write_tables(day, {name: self.store.read(file.key) for name, file in manifest.files.items()})
            return manifest
        revision = before.revision + 1 if before else 1
        files = files_of(content, revision=revision)
        keys = self.store.write_revision(day, revision, files)
        about = {
            "timezone": self.timezone,
            "published_at": datetime.now(UTC),
            "run_id": context["run_id"],
            "sweep": sweep_key,
        }
        manifest = next_manifest(
            content,
            described(keys, files, content),
            partner_id=self.hook.settings.partner_id,
            day=day,
            about=about,
            before=before,
        )
        self.store.write_manifest(manifest)
        self.store.write_tables(day, files)
        return manifest

    def _is_intact(self, manifest: Manifest) -> bool:
        """Whether the revision's files are the ones that were published; if not, the day gets a new revision."""
        try:
            return all(sha256(self.store.read(file.key)).hexdigest() == file.sha256 for file in manifest.files.values())
        except FileNotFoundError:
            return False
