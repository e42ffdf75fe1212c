"""What can go wrong between the gateway and a service."""


class UpstreamError(ConnectionError):
    """An exchange with a service that brought no complete answer."""


class NotSent(UpstreamError):
    """There was no connection: surely nothing of the request reached the service."""


class AnswerLost(UpstreamError):
    """The request was, or may have been, sent; its answer did not come, broke off or was not HTTP."""


class AnswerCut(ConnectionAbortedError):
    """The answer broke off after its head had been passed on."""
