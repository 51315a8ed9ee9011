"""People, what their roles can, and who is locked out: `/users`, `/roles`, `/lockouts`."""

from __future__ import annotations

from aiohttp import web

from mhud.services import lockouts, roles
from mhud.services.authority import people_at_work
from mhud.services.people import add_person
from mhud.services.person import User
from mhud.services.person_changes import change_person, find_person, list_people
from mhud.web.context import Context
from mhud.web.openchs.answers import Done, Many, One, Told, page, whole
from mhud.web.openchs.dialect import openchs
from mhud.web.openchs.user_models import (
    Assignee,
    LockoutObject,
    NewRole,
    NewUser,
    RoleObject,
    RoleUpdate,
    UserLine,
    UserObject,
    UsersQuery,
    UserUpdate,
)
from mhud.web.versions import versioned

MOST = 1000  # people in a list


@openchs.get("/users", right="view_users", etag=True)
async def list_users(ctx: Context, query: UsersQuery) -> Many[UserLine]:
    """Everybody, or those of a role, or those who may sign in or may not."""
    organization = ctx.services.settings.helpline.organization
    found = [
        UserLine.of(user, organization)
        for user in await list_people(ctx.services.access)
        if query.role in (None, user.role)
        if query.is_active in (None, not user.disabled)
    ]
    return page(found[:MOST], len(found), MOST, 0)


@openchs.get("/users/{user_id}", right="view_users")
async def get_user(ctx: Context, user_id: int) -> One[UserObject] | web.Response:
    """One of them, with his addresses and his phone. `ETag` is his version."""
    user, shown = await _shown(ctx, user_id)
    return versioned(One(data=shown), user.version)


@openchs.post("/users", right="manage_users", status=201)
async def create_user(ctx: Context, body: NewUser) -> Told[UserObject] | web.Response:
    """Somebody new; of a role that can nothing that you can't."""
    made = await add_person(ctx.services.access, body.person(), ctx.principal)
    user, shown = await _shown(ctx, made.id)
    return versioned(Told(data=shown, message="User created successfully"), user.version, 201)


@openchs.put("/users/{user_id}", right="manage_users", versions=True)
async def update_user(
    ctx: Context, user_id: int, body: UserUpdate
) -> Told[UserObject] | web.Response:
    """Change what you name; `is_active` false signs him out of everything at once."""
    wish = body.model_dump(exclude_unset=True)
    access = ctx.services.access
    await change_person(access, user_id, wish, ctx.principal, ctx.if_match)
    user, shown = await _shown(ctx, user_id)
    return versioned(Told(data=shown, message="User updated successfully"), user.version)


@openchs.post("/users/{user_id}/unlock", right="manage_users")
async def unlock_user(ctx: Context, user_id: int) -> Done:
    """Failures to sign in, and codes asked for or guessed in his name, do not count any more."""
    await lockouts.unlock(ctx.services.access, user_id, ctx.principal)
    return Done(message="User unlocked successfully")


@openchs.get("/assignees", right="assign_case", etag=True)
async def list_assignees(ctx: Context) -> Many[Assignee]:
    """To whom a case may be given: everybody who is active, by name."""
    users = await people_at_work(ctx.services.access)
    found = [
        Assignee(id=one.id, username=one.username, name=one.name, role=one.role) for one in users
    ]
    return page(found[:MOST], len(found), MOST, 0)


@openchs.get("/lockouts", right="manage_users")
async def list_lockouts(ctx: Context) -> Many[LockoutObject]:
    """Who must wait because somebody tried too often, soonest over first."""
    found = await lockouts.lockouts(ctx.services.access)
    return whole(
        [
            LockoutObject(
                user_id=one.user.id,
                username=one.user.username,
                way=one.way,
                ip=one.ip,
                attempts=one.attempts,
                until=one.until,
            )
            for one in found[:MOST]
        ]
    )


@openchs.get("/roles", right=("view_users", "manage_roles"), etag=True)
async def list_roles(ctx: Context) -> Many[RoleObject]:
    """What each role can, and how many active people have it."""
    return whole([RoleObject.of(role) for role in await roles.list_roles(ctx.services.access)])


@openchs.post("/roles", right="manage_roles", status=201)
async def create_role(ctx: Context, body: NewRole) -> Told[RoleObject]:
    """A role that can nothing that you can't."""
    role = await roles.add_role(ctx.services.access, body.name, body.rights, ctx.principal)
    return Told(data=RoleObject.of(role), message="Role created successfully")


@openchs.put("/roles/{name}", right="manage_roles")
async def update_role(ctx: Context, name: str, body: RoleUpdate) -> Told[RoleObject]:
    """What it can from now on; you must have each right that it had and that it gets."""
    role = await roles.change_role(ctx.services.access, name, body.rights, ctx.principal)
    return Told(data=RoleObject.of(role), message="Role updated successfully")


async def _shown(ctx: Context, user_id: int) -> tuple[User, UserObject]:
    """Raises MhudError NOT_FOUND."""
    user, more = await find_person(ctx.services.access, user_id)
    return user, UserObject.whole(user, more, ctx.services.settings.helpline.organization)
