"""FCC's and ISED's files become rows."""

import zipfile
from pathlib import Path

import pytest

from clients.cli.callsign_files import NotARegister, Register, RegisterUnreadable, find_register
from tests.support.registers import AM, EN, HD, fcc_folder, ised_file
from tools.make_register import write_fcc, write_ised
from tsn.extract.v1.callsign_pb2 import CallsignRow, LicenceStatus

ACTIVE, EXPIRED = LicenceStatus.LICENCE_STATUS_ACTIVE, LicenceStatus.LICENCE_STATUS_EXPIRED


def read(path: Path) -> tuple[Register, list[CallsignRow]]:
    register = find_register(path)
    return register, list(register.rows())


def test_the_lines_of_one_licence_are_one_row(tmp_path: Path) -> None:
    register, (row,) = read(fcc_folder(tmp_path, en=[EN], hd=[HD], am=[AM]))
    assert register.source == "fcc"
    assert (row.unique_id, row.callsign, row.licence_class) == ("1001", "K7ABC", "Extra")
    assert (row.holder.name, row.holder.city, row.holder.region, row.holder.country) == (
        "Alice B Adams Jr",
        "Seattle",
        "WA",
        "US",
    )
    assert row.licence.status == ACTIVE
    assert (row.licence.granted_on.year, row.licence.expires_on.month) == (2015, 6)


def test_a_club_has_its_own_name(tmp_path: Path) -> None:
    club = "EN|7|||W7DX|L|L0|WESTERN WASHINGTON DX CLUB||||||||1 Main St|Burien|WA|0||"
    _, (row,) = read(fcc_folder(tmp_path, en=[club], hd=["HD|7|||W7DX|A|HA|01/02/2020|01/02/2030|"]))
    assert row.holder.name == "WESTERN WASHINGTON DX CLUB"


def test_others_than_the_licensee_are_passed_over(tmp_path: Path) -> None:
    contact = EN.replace("|L|L01|", "|CL|L01|").replace("Alice", "Mallory")
    _, rows = read(fcc_folder(tmp_path, en=[EN, contact], hd=[HD]))
    assert [row.holder.name for row in rows] == ["Alice B Adams Jr"]


def test_files_in_different_orders_give_all_parts_in_several_rows(tmp_path: Path) -> None:
    lines = {n: (EN.replace("1001", n), HD.replace("1001", n)) for n in ("5", "70", "900")}
    en = [lines[n][0] for n in ("900", "5", "70")]
    hd = [lines[n][1] for n in ("5", "70", "900")]
    _, rows = read(fcc_folder(tmp_path, en=en, hd=hd))
    assert {row.unique_id for row in rows if row.HasField("holder")} == {"5", "70", "900"}
    assert {row.unique_id for row in rows if row.HasField("licence")} == {"5", "70", "900"}


def test_broken_lines_are_counted_and_the_first_ten_kept(tmp_path: Path) -> None:
    broken = ["garbage", "HD|x|||K7ABC|A|HA|||", "HD|2|||K7ABC|Q|HA|||", "HD|2|||K7ABC|A|HA|31/12/2020||", "HD|9"]
    register, rows = read(fcc_folder(tmp_path, en=[EN], hd=[*broken, *(["|"] * 20), HD]))
    assert len(rows) == 1
    assert (register.broken_count, len(register.broken)) == (25, 10)
    assert (register.broken[1].file, register.broken[1].line) == ("HD.dat", 2)
    assert "no unique system identifier" in register.broken[1].why


def test_a_line_without_end_costs_no_memory_and_hides_no_other(tmp_path: Path) -> None:
    register, rows = read(fcc_folder(tmp_path, en=[EN], hd=["x" * 100_000, HD]))
    assert len(rows) == 1
    assert register.broken_count > 0


def test_ised_names_what_is_in_force_people_and_clubs(tmp_path: Path) -> None:
    register, rows = read(ised_file(tmp_path))
    assert register.source == "ised"
    assert [(row.callsign, row.holder.name, row.holder.city, row.licence_class) for row in rows] == [
        ("VE7ABC", "José Dunn", "Trois-Rivières", "Basic, Advanced"),
        ("VE7CLB", "Island Club Of Radio", "Victoria", ""),
    ]
    assert all(row.licence.status == ACTIVE and row.holder.country == "CA" for row in rows)


@pytest.mark.parametrize("packed", ["l_amat.zip", "other.zip"])
def test_a_zip_is_read_as_it_is(tmp_path: Path, packed: str) -> None:
    folder = fcc_folder(tmp_path, en=[EN], hd=[HD], am=[AM])
    with zipfile.ZipFile(tmp_path / packed, "w", zipfile.ZIP_DEFLATED) as made:
        for file in folder.iterdir():
            made.write(file, file.name)
    register, rows = read(tmp_path / packed)
    assert (register.source, len(rows), rows[0].licence_class) == ("fcc", 1, "Extra")
    assert register.read_bytes == register.size_bytes


def test_text_that_is_no_utf8_is_read_as_windows_text(tmp_path: Path) -> None:
    folder = fcc_folder(tmp_path, en=[], hd=[HD])
    (folder / "EN.dat").write_bytes(EN.replace("Alice", "José").encode("cp1252") + b"\r\n")
    _, (row,) = read(folder)
    assert row.holder.name.startswith("José")


def test_what_holds_no_register_is_said_to_hold_none(tmp_path: Path) -> None:
    (tmp_path / "EN.dat").write_text(EN)
    with pytest.raises(NotARegister, match=r"HD\.dat"):
        find_register(tmp_path)
    text = tmp_path / "notes.txt"
    text.write_text("hello")
    with pytest.raises(NotARegister):
        find_register(text)


def test_a_damaged_zip_is_a_typed_failure(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    write_fcc(folder, 2000)
    packed = tmp_path / "l_amat.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as made:
        for file in sorted(folder.iterdir()):
            made.write(file, file.name)
    content = bytearray(packed.read_bytes())
    content[200:260] = bytes(60)
    packed.write_bytes(content)
    with pytest.raises(RegisterUnreadable):
        read(packed)


def test_the_same_file_has_the_same_digest(tmp_path: Path) -> None:
    write_ised(tmp_path, 10)
    assert find_register(tmp_path).sha256() == find_register(tmp_path / "amateur_delim.txt").sha256()
