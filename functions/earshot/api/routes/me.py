"""The route that tells people who they are here, and what they may do."""

from pydantic import Field

from earshot.api.auth.roles import Role, may
from earshot.api.resolver import answers, app, dependencies_of_request, identity_of_request
from earshot.api.schemas.cases import Shape


class Me(Shape):
    """Who is signed in."""

    who: str = Field(description="The name that the logs of cases have for them")
    role: Role | None = Field(description="The strongest of their groups; null: they may call nothing but this")
    brands: list[str] = Field(description="The handles that are listened for")
    permissions: list[str] = Field(description="The `operation_id` of every route that they may call")


@app.get("/me", group=None, operation_id="show_me", summary="Who you are", tags=["staff"], responses=answers(Me))
def show_me() -> Me:
    """Who is signed in, and what they may do."""
    person = identity_of_request()
    allowed = [route.operation_id for route in app.declared if may(person.group, route.group)]
    return Me(
        who=person.name, role=person.group, brands=list(dependencies_of_request().brands), permissions=sorted(allowed)
    )
