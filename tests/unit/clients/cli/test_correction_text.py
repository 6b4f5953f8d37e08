"""How corrections and their changes read."""

from clients.cli.correction_text import change_row, change_text, correction_row, trial_lines
from tsn.extract.v1.correction_pb2 import Correction, CorrectionAction, CorrectionCategory, CorrectionChange
from tsn.extract.v1.correction_pb2 import TestCorrectionsResponse as Trial

BEFORE = Correction(
    heard="box",
    meant="B",
    alternatives=["F"],
    category=CorrectionCategory.CORRECTION_CATEGORY_LETTER_NAME,
    enabled=True,
)


def test_a_row_tells_all_meanings_and_whether_they_count() -> None:
    assert [str(cell) for cell in correction_row(BEFORE)][:4] == ["box", "B F", "letter_name", "in force"]


def test_a_change_tells_only_what_is_different() -> None:
    after = Correction()
    after.CopyFrom(BEFORE)
    after.enabled, after.note = False, "too often"
    assert change_text(CorrectionChange(before=BEFORE, after=after)) == "in force -> off, - -> too often"


def test_what_was_added_or_removed_is_told_whole() -> None:
    change = CorrectionChange(version=7, action=CorrectionAction.CORRECTION_ACTION_CREATED, heard="box", after=BEFORE)
    assert [str(cell) for cell in change_row(change)][3:] == ["created", "box", "B F, letter_name, in force"]


def test_what_people_wrote_cannot_steer_the_terminal() -> None:
    row = correction_row(Correction(heard="box", meant="B", note="\x1b[31mred", updated_by="K7\x07"))
    assert not any("\x1b" in str(cell) or "\x07" in str(cell) for cell in row)


def test_a_mesh_without_a_table_reads_by_what_is_built_in() -> None:
    assert str(next(trial_lines(Trial(), []))) == "with what is built in"
