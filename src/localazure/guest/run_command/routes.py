"""What the agent fetches for Run Command, from the wire server: the extension's manifest and package, and scripts.

On Azure the first two are blobs, and the script is in the extension's settings, encrypted.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from localazure.guest.run_command.desk import ScriptDesk
from localazure.guest.run_command.package import NAME, VERSION, extension_package
from localazure.guest.templates import render

_FOLDER = "/extensions"


def extension(address: str) -> dict[str, str]:
    """What documents say of the extension; ``address`` is the wire server's."""
    return {"name": NAME, "version": VERSION, "uri": f"http://{address}{_FOLDER}"}


def extension_routes(address: str, desk: ScriptDesk) -> list[Route]:
    async def manifest(_: Request) -> Response:
        return Response(render("extensionManifest", extension=extension(address)), media_type="text/xml")

    async def package(_: Request) -> Response:
        return Response(extension_package(), media_type="application/zip")

    async def script(request: Request) -> Response:
        found = desk.fetch(request.path_params["token"])
        if found is None:
            return PlainTextResponse("Not found", 404)
        return JSONResponse({"text": found.text, "parameters": found.parameters})

    return [
        Route(f"{_FOLDER}/manifest", manifest),
        Route(f"{_FOLDER}/package.zip", package),
        Route(f"{_FOLDER}/scripts/{{token}}", script),
    ]
