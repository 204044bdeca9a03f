"""Which client asks which product."""

import datetime as dt
import time
from collections.abc import Callable, Mapping
from typing import Any

from portal.desk_calls.clients.feed import FeedClient
from portal.desk_calls.clients.freshservice import Freshservice
from portal.desk_calls.clients.glpi import Glpi
from portal.desk_calls.clients.haloitsm import HaloItsm
from portal.desk_calls.clients.http import Pause
from portal.desk_calls.clients.jira import Jira
from portal.desk_calls.clients.servicenow import ServiceNow
from portal.desk_calls.clients.topdesk import Topdesk
from portal.desk_calls.clients.zammad import Zammad
from portal.desk_calls.rules.feeds import Feed, Product

_CLIENTS: Mapping[Product, Callable[..., Any]] = {
    Product.SERVICENOW: ServiceNow,
    Product.FRESHSERVICE: Freshservice,
    Product.JIRA: Jira,
    Product.TOPDESK: Topdesk,
    Product.GLPI: Glpi,
    Product.ZAMMAD: Zammad,
    Product.HALOITSM: HaloItsm,
}


def client_of(feed: Feed, *, zone: dt.tzinfo, pause: Pause = time.sleep) -> FeedClient:
    """The client for a feed. ``zone``: of times that a product gives without one."""
    client: FeedClient = _CLIENTS[feed.product](feed, zone=zone, pause=pause)
    return client
