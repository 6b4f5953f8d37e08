"""Why a recording was not fetched from a URL."""

from mesh.errors import FailureClass, InvalidInput, Kind, TsnError


class UrlInvalid(InvalidInput):
    """Not a URL that anything could be fetched from."""

    reason = "URL_INVALID"

    def __init__(self, problem: str) -> None:
        super().__init__(f"url: {problem}", field="url")


class UrlNotAllowed(TsnError):
    """The server asks only whom the operator allows; else it could be made to ask anybody for anybody."""

    kind = Kind.FORBIDDEN
    reason = "URL_NOT_ALLOWED"

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"{host[:255]} at port {port} is not among the hosts that this server may ask",
            field="url",
            facts={"host": host[:255], "port": port},
        )


class AddressNotAllowed(TsnError):
    """The name leads into a private network, where the server can reach what its callers cannot."""

    kind = Kind.FORBIDDEN
    reason = "URL_ADDRESS_NOT_ALLOWED"

    def __init__(self, host: str, address: str) -> None:
        super().__init__(
            f"{host[:255]} leads to {address}, which is not an address of the public internet",
            field="url",
            facts={"host": host[:255], "address": address},
        )


class UrlRefused(TsnError):
    """The other server answers, and will not answer otherwise by being asked again."""

    kind = Kind.PRECONDITION
    reason = "URL_REFUSED"

    def __init__(self, answer: str) -> None:
        super().__init__(f"the server of the URL answered {answer}", facts={"answer": answer})


class UrlUnreachable(TsnError):
    """The other server did not answer, not in time or not well. Others may: so it is no outage of ours."""

    kind = Kind.UNAVAILABLE
    failure = FailureClass.TRANSIENT
    reason = "URL_UNREACHABLE"

    def __init__(self, problem: str) -> None:
        super().__init__(f"the URL could not be fetched: {problem[:300]}", facts={"problem": problem[:300]})


class SubmissionReused(TsnError):
    """The request_id stands for another URL."""

    kind = Kind.EXISTS
    reason = "REQUEST_ID_REUSED"

    def __init__(self, request_id: str) -> None:
        super().__init__(
            f"request_id {request_id} was used for another URL; choose one for each",
            field="request_id",
            facts={"request_id": request_id},
        )
