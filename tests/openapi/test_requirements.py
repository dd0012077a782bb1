from __future__ import annotations

import re
from pathlib import Path

import pytest

import user_webhook_contract
from servers.faulty.catalogue import FAULTS
from user_webhook_api.choices import Choice, choices
from user_webhook_api.requirements import Requirement, requirement, requirements
from user_webhook_api.rules import body_properties

ROWS = requirements()
CHOICES = choices()
SECTIONS = {
    "1": "Success",
    "2": "Request",
    "3": "State",
    "4": "Authorisation",
    "5": "Not found",
    "6": "Error bodies",
    "7": "Robustness",
    "8": "Stated, not tested",
}
# Ids are permanent: a new one is added here, none is ever taken away.
FROZEN = re.findall(
    r"\S+",
    """
    R-101 R-102 R-103 R-104 R-105 R-106 R-107 R-108 R-109 R-110
    R-201 R-202 R-203 R-204 R-205 R-206 R-207 R-208 R-209 R-210 R-211
    R-221 R-222 R-223 R-224 R-225 R-226 R-227 R-228
    R-301 R-302 R-303 R-304 R-305 R-306 R-307 R-308
    R-401 R-402 R-403 R-404 R-405
    R-501 R-502
    R-601 R-602 R-603 R-604 R-605 R-606 R-607 R-608
    R-701 R-702 R-703 R-704 R-705 R-706
    R-801 R-802 R-803
    """,
)

# By name, as pytest wants its ids unique; that those of the tables are is a test of its own.
ROWS_BY_ID = {row.id: row for row in ROWS}
CHOICES_BY_NAME = {choice.name: choice for choice in CHOICES}

each_row = pytest.mark.parametrize("row", ROWS_BY_ID.values(), ids=ROWS_BY_ID)
each_choice = pytest.mark.parametrize("choice", CHOICES_BY_NAME.values(), ids=CHOICES_BY_NAME)


def checked() -> set[str]:
    """Return the ids that the suite has a check for: those in its code, and those that its code finds by their rule."""
    folder = Path(user_webhook_contract.__file__).parent
    code = "\n".join(file.read_text(encoding="utf-8") for file in folder.rglob("*.py"))
    return {*re.findall(r"\bR-\d+\b", code), *(row.id for row in ROWS if row.rule)}


def test_an_id_never_vanishes_and_a_new_one_is_frozen() -> None:
    assert [row.id for row in ROWS] == FROZEN


def test_ids_are_unique() -> None:
    assert len(ROWS_BY_ID) == len(ROWS)


@each_row
def test_the_hundreds_digit_of_an_id_is_its_section(row: Requirement) -> None:
    assert re.fullmatch(r"R-[1-8]\d\d", row.id)
    assert row.section.partition(":")[0] == SECTIONS[row.id[2]]


@each_row
def test_a_row_has_one_of_two_levels(row: Requirement) -> None:
    assert row.level in {"must", "should"}


@each_row
def test_a_row_names_its_source(row: Requirement) -> None:
    assert row.source.startswith(("documents: ", "provider's public reference: "))


@each_row
def test_a_statement_is_a_sentence(row: Requirement) -> None:
    assert row.statement.endswith(".")
    assert not row.title.endswith(".")


@each_row
def test_a_row_has_a_check_or_says_why_not(row: Requirement) -> None:
    assert (row.id in checked()) != bool(row.not_tested)


@each_row
def test_a_row_says_what_to_do_or_why_it_is_not_tested(row: Requirement) -> None:
    assert bool(row.remedy) != bool(row.not_tested)
    assert (row.remedy or row.not_tested).endswith(".")


def test_what_must_be_is_tested() -> None:
    assert [row.id for row in ROWS if row.level == "must" and row.not_tested] == []


def test_a_check_names_a_row() -> None:
    assert checked() - {row.id for row in ROWS} == set()


def test_each_rule_of_the_document_has_one_row() -> None:
    rules = [rule.name for known in body_properties() for rule in known.rules]

    assert sorted(row.rule for row in ROWS if row.rule) == sorted(rules)


def test_a_faulty_server_breaks_each_row_that_is_tested() -> None:
    tested = {row.id for row in ROWS if not row.not_tested and row.level == "must"}

    assert tested - {fault.requirement for fault in FAULTS} == set()


def test_an_unknown_id_is_no_row() -> None:
    with pytest.raises(KeyError, match="R-999"):
        requirement("R-999")


def test_names_of_choices_are_unique() -> None:
    assert len(CHOICES_BY_NAME) == len(CHOICES)


@each_choice
def test_a_default_is_one_of_several_values(choice: Choice) -> None:
    assert choice.default in choice.values
    assert len(set(choice.values)) == len(choice.values) > 1


@each_choice
def test_a_choice_asks_a_question_and_says_what_the_documents_have_on_it(choice: Choice) -> None:
    assert choice.question.endswith("?")
    assert choice.documents.endswith(".")
