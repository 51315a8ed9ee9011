"""What the checks look at: the settings, a conversation with Asterisk, and its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mhud.ami.actions import Action
from mhud.ami.probe import DENIED, Probe
from mhud.ami.wire import Reply
from mhud.clock import Clock
from mhud.config import Settings
from mhud.doctor import conf
from mhud.errors import MhudError

READ = "read = system,call,agent,user"
WRITE = "write = call,agent,originate,reporting"
RELOAD = "asterisk -rx 'manager reload'"


@dataclass
class Patient:
    """`probe` is logged in. `responded`: the event at the end of a call to nobody; None if it did
    not come, though such a call was `placed`."""

    settings: Settings
    clock: Clock
    folder: Path
    probe: Probe
    booted: Mapping[str, str] | None = None
    placed: bool = False
    responded: Mapping[str, str] | None = None
    answers: dict[str, Reply] = field(default_factory=dict)

    @property
    def user(self) -> str:
        return self.settings.ami.username

    async def ask(self, action: Action) -> Reply:
        """A refusal, silence and a lost connection are answers too."""
        try:
            return await self.probe.ask(action)
        except MhudError as error:
            return Reply(False, error.message, {})

    async def once(self, action: Action) -> Reply:
        """The same list for every check."""
        if action.name not in self.answers:
            self.answers[action.name] = await self.ask(action)
        return self.answers[action.name]

    def file(self, name: str) -> conf.Conf | None:
        return conf.read(self.folder, name)

    def manager(self) -> conf.Conf | None:
        """manager.conf, whole, if it is that of the Asterisk we talk to as far as one can
        tell."""
        found = self.file("manager.conf")
        if found is None or found.hidden or self.user not in found.sections:
            return None
        port = found.last("general", "port") or "5038"
        return found if port == str(self.settings.ami.port) else None

    def queues(self) -> conf.Conf | None:
        """queues.conf, if the folder is that Asterisk's."""
        found = self.file("queues.conf") if self.manager() else None
        return None if found is None or found.hidden else found

    def line(self, text: str) -> str:
        """How to mend the AMI user."""
        return f"in manager.conf, under [{self.user}]: {text}; then {RELOAD}"


def denied(reply: Reply) -> bool:
    return not reply.success and reply.message == DENIED
