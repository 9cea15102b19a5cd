"""Tickets are not issued by somebody's word, in the hall, a zone or a service, until they are again."""

from queue_server.engine import event as e
from queue_server.engine import record
from queue_server.engine.decision import Context, Decision, within_a_year
from queue_server.engine.state import State, Stop
from queue_server.wire import command as c
from queue_server.wire.error import Refusal


def stop(state: State, command: c.StopIssuing, context: Context) -> Decision:
    """Issue no more in a scope; a stop that stands there is replaced. Refuses a scope that the hall has not."""
    _known(state, command.scope)
    within_a_year(command.until, context.now, context.now)
    return Decision(
        (
            e.Stopped(
                scope=command.scope,
                reason=command.reason,
                until=command.until,
                reason_en=command.reason_en,
            ),
        ),
        lambda after: record.stop(after, command.scope),
    )


def resume(state: State, command: c.ResumeIssuing, context: Context) -> Decision:
    """Issue again in a scope. Refuses one in which issuing is not stopped."""
    _known(state, command.scope)
    if command.scope not in state.stops:
        raise Refusal("issuing.not_stopped")
    return Decision(
        (e.Unstopped(scope=command.scope, reason=command.reason),),
        lambda after: record.stop(after, command.scope),
    )


def _known(state: State, scope: str) -> None:
    kind, _, id_ = scope.partition(":")
    if kind == "zone" and id_ not in state.hall.zone:
        raise Refusal("zone.unknown", zone=id_)
    if kind == "service" and id_ not in state.hall.service:
        raise Refusal("service.unknown", service=id_)


def stopped(state: State, stamped: e.Stamped, event: e.Stopped) -> None:
    """No tickets in a scope."""
    state.stops[event.scope] = Stop(
        scope=event.scope, reason=event.reason, until=event.until, reason_en=event.reason_en
    )


def unstopped(state: State, stamped: e.Stamped, event: e.Unstopped) -> None:
    """Tickets in a scope again."""
    del state.stops[event.scope]
