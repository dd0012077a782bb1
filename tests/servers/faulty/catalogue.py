"""Every fault, in the order in which the modules declare them."""

from . import (
    authorisation,
    error_body,
    ids,
    intermittent,
    isolation,
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
from .fault import REGISTER, Fault

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
    robustness,
    intermittent,
    ids,
)

FAULTS: tuple[Fault, ...] = tuple(REGISTER)
