import socket
from dataclasses import asdict
from pathlib import Path

import pytest

from deployments.local_stack import ports
from deployments.local_stack.errors import StackError
from deployments.local_stack.ports import choose_ports, free_port, is_free
from deployments.local_stack.slots import take_slot


def test_a_second_stack_takes_the_next_slot_and_the_first_is_free_again_afterwards(tmp_path: Path) -> None:
    with take_slot(tmp_path) as first:
        with take_slot(tmp_path) as second:
            assert (first.number, second.number) == (1, 2)
            assert first.folder != second.folder
        with take_slot(tmp_path) as again:
            assert again.number == 2
    with take_slot(tmp_path) as anew:
        assert anew.number == 1


def test_a_slot_that_is_asked_for_by_number_is_that_one_or_an_error(tmp_path: Path) -> None:
    with take_slot(tmp_path, 3) as slot:
        assert slot.folder.name == "stack-3"
        with pytest.raises(StackError, match="Another stack uses"), take_slot(tmp_path, 3):
            pass


def test_a_slot_has_the_same_ports_every_time(tmp_path: Path) -> None:
    with take_slot(tmp_path) as slot:
        assert choose_ports(slot) == choose_ports(slot)


def test_stacks_of_different_folders_that_start_at_once_get_different_ports(tmp_path: Path) -> None:
    with take_slot(tmp_path / "a") as one, take_slot(tmp_path / "b") as other:
        assert one.number == other.number
        both = [choose_ports(slot, usual=False) for slot in (one, other)]
    assert len({port for each in both for port in asdict(each).values()}) == 8


def test_a_port_that_was_taken_meanwhile_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    with take_slot(tmp_path) as slot, socket.socket() as other:
        before = choose_ports(slot, usual=False)
        other.bind(("127.0.0.1", before.metadata))
        other.listen()

        after = choose_ports(slot, usual=False)

        assert not is_free(before.metadata)
        assert after.metadata != before.metadata
        assert (after.prefect, after.resource_manager) == (before.prefect, before.resource_manager)


def test_ports_that_cannot_be_read_are_chosen_anew(tmp_path: Path) -> None:
    with take_slot(tmp_path) as slot:
        (slot.folder / "ports.json").write_text('{"prefect": "none"')
        assert is_free(choose_ports(slot).prefect)


def test_a_free_port_is_free_and_no_outgoing_connection_takes_it() -> None:
    port = free_port()
    assert is_free(port)
    lent = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()
    assert port not in range(int(lent[0]), int(lent[1]) + 1)


def test_where_the_kernel_may_lend_every_port_a_free_one_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "range").write_text("1024\t65535\n")
    monkeypatch.setattr(ports, "_LENT", tmp_path / "range")
    assert is_free(free_port())


def test_the_ports_of_a_stack_differ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lowest = free_port()
    (tmp_path / "range").write_text(f"{lowest + 4}\t65535\n")
    monkeypatch.setattr(ports, "_LENT", tmp_path / "range")
    monkeypatch.setattr(ports, "_LOWEST", lowest)
    with take_slot(tmp_path) as slot:
        assert len(set(asdict(choose_ports(slot, usual=False)).values())) == 4
