"""People and roles on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field

from mhud.services.addresses import Address
from mhud.services.lockouts import Way
from mhud.services.person import Person, Phone, User
from mhud.services.rights import RIGHTS, expand
from mhud.services.roles import Role
from mhud.web.fields import Ident
from mhud.web.right_words import HeldRight, RoleRight
from mhud.web.route import Wire

Name = Annotated[str, Field(min_length=1, max_length=200)]
Email = Annotated[str, Field(min_length=3, max_length=254)]
Number = Annotated[str, Field(min_length=2, max_length=64)]
Password = Annotated[str, Field(min_length=1, max_length=1024)]
Queues = Annotated[list[Ident], Field(max_length=100)]
Addresses = Annotated[list[Email], Field(max_length=20)]
RoleRights = Annotated[list[RoleRight], Field(max_length=100)]


class UsersQuery(Wire):
    role: Ident | None = None
    is_active: bool | None = None


class Assignee(BaseModel):
    """Somebody who can have a case."""

    id: int
    username: str
    name: str
    role: str


class UserLine(BaseModel):
    """Somebody in the list."""

    id: int
    username: str
    email: str | None
    role: str
    organization: str
    is_active: bool
    last_login: datetime | None
    name: str
    agent_id: str | None

    @classmethod
    def of(cls, user: User, organization: str) -> UserLine:
        return cls(**_line(user, organization))


class UserObject(UserLine):
    """`sign_in_addresses`: where codes may go besides `email` and `phone`.

    Who has an `agent_id` is an agent: `interface` and `extension` are his phone's.
    """

    phone: str | None
    sign_in_addresses: list[str]
    has_password: bool
    interface: str | None
    extension: str | None
    queues: list[str]
    created_at: datetime

    @classmethod
    def whole(cls, user: User, more: tuple[Address, ...], organization: str) -> Self:
        return cls(
            **_line(user, organization),
            phone=user.phone,
            sign_in_addresses=[address for _, address in more],
            has_password=user.password_hash is not None,
            interface=user.interface,
            extension=user.extension,
            queues=list(user.queues),
            created_at=user.created_at,
        )


class NewUser(Wire):
    """Without a password he signs in by a code to one of his addresses."""

    username: Ident
    name: Name | None = None
    role: Ident = "operator"
    email: Email | None = Field(None, repr=False)
    phone: Number | None = Field(None, repr=False)
    sign_in_addresses: Addresses = Field([], repr=False)
    password: Password | None = Field(None, repr=False)
    agent_id: Ident | None = None
    interface: Ident | None = None
    extension: Ident | None = None
    queues: Queues = Field([])

    def person(self) -> Person:
        return Person(
            username=self.username,
            name=self.name or self.username,
            role=self.role,
            email=self.email,
            mobile=self.phone,
            addresses=self.sign_in_addresses,
            password=self.password,
            phone=self._phone(),
        )

    def _phone(self) -> Phone | None:
        if self.agent_id is None:
            return None
        return Phone(
            agent_id=self.agent_id,
            interface=self.interface or f"PJSIP/{self.agent_id}",
            extension=self.extension,
            queues=self.queues,
        )


class UserUpdate(Wire):
    """What is left out stays; null clears. A new password ends all that he is signed in with."""

    name: Name = Field(default_factory=str)
    role: Ident = Field(default_factory=str)
    is_active: bool = Field(default_factory=bool, strict=True)
    email: Email | None = Field(None, repr=False)
    phone: Number | None = Field(None, repr=False)
    sign_in_addresses: Addresses = Field(default_factory=list, repr=False)
    password: Password = Field(default_factory=str, repr=False)
    agent_id: Ident | None = None
    interface: Ident | None = None
    extension: Ident | None = None
    queues: Queues = Field(default_factory=list)


class RoleObject(BaseModel):
    """`rights` as they were given, `permissions` what they come to; `:own` is for himself only."""

    name: str
    rights: list[RoleRight]
    permissions: list[HeldRight]
    built_in: bool
    users: int

    @classmethod
    def of(cls, role: Role) -> RoleObject:
        found = expand(role.rights)
        order = {right: place for place, right in enumerate(RIGHTS)}
        permissions = sorted(found, key=lambda one: order[one.partition(":")[0]])
        return cls(
            name=role.name,
            rights=list(role.rights),
            permissions=permissions,
            built_in=role.built_in,
            users=role.people,
        )


class NewRole(Wire):
    name: Ident
    rights: RoleRights


class RoleUpdate(Wire):
    """All that it can from now on."""

    rights: RoleRights


class LockoutObject(BaseModel):
    """`way`: password, email or phone (codes), or change (of a password). `ip` null: everywhere."""

    user_id: int
    username: str
    way: Way
    ip: str | None
    attempts: int
    until: datetime


def _line(user: User, organization: str) -> dict[str, object]:
    return {
        "id": user.id,
        "username": user.username,
        "email": user.email,
        "role": user.role,
        "organization": organization,
        "is_active": not user.disabled,
        "last_login": user.last_login,
        "name": user.name,
        "agent_id": user.agent_id,
    }
