"""HTTP/1.1 to a service: own client, because it is the larger half of what a proxied request costs.

pool → connection → answer; `head` writes what goes out.
"""

from gateway.upstream.answer import Answer
from gateway.upstream.errors import AnswerLost, NotSent, UpstreamError
from gateway.upstream.pool import Upstream

__all__ = ["Answer", "AnswerLost", "NotSent", "Upstream", "UpstreamError"]
