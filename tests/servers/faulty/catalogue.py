"""Every fault, in the order in which the modules declare them."""

from . import (
    authorisation,
    connections,
    error_body,
    ids,
    intermittent,
    isolation,
    left_open,
    over_validation,
    refused_writes,
    robustness,
    rule_messages,
    state,
    status,
    stored_secrets,
    success_body,
    validation_body,
    validation_events,
    validation_secrets,
    validation_url,
)
from .fault import LEFT_OPEN, REGISTER, Fault

MODULES = (
    status,
    success_body,
    error_body,
    validation_url,
    validation_events,
    validation_secrets,
    validation_body,
    over_validation,
    state,
    rule_messages,
    stored_secrets,
    refused_writes,
    isolation,
    authorisation,
    connections,
    robustness,
    intermittent,
    ids,
    left_open,
)

FAULTS: tuple[Fault, ...] = tuple(REGISTER)
OPEN: tuple[Fault, ...] = tuple(LEFT_OPEN)
