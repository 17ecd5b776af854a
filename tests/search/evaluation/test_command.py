"""Tests of `wherein evaluate`: its messages."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, FakeModel
from tests.search.evaluation.conftest import Run


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["huge"], "There is no set of questions huge. WHEREIN_EVAL is "),
        (["tiny", "--per-query", "no/such/folder"], "no/such/folder cannot be written: No such"),
        (["tiny", "broken"], "questions.jsonl:1: this is not JSON"),
    ],
)
def test_an_error_is_reported_before_anything_is_encoded(
    arguments: list[str], says: str, beir_set: Path, run: Run, fake_model: FakeModel, instance: Path
) -> None:
    (beir_set.parent / "broken" / "documents").mkdir(parents=True)
    (beir_set.parent / "broken" / "questions.jsonl").write_text("who")
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("wherein: ")
    assert says in err
    assert fake_model.encoded == []
    assert not instance.exists()


def test_a_file_of_questions_without_an_index_says_how_to_index(tmp_path: Path, run: Run) -> None:
    (tmp_path / "mine.jsonl").write_text('{"question": "who", "answers": ["he"]}')
    code, _, err = run(str(tmp_path / "mine.jsonl"))
    assert code == 1
    assert "Nothing has been indexed yet" in err


def test_a_missing_library_is_named_with_how_to_install_it(
    beir_set: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    for name in [name for name in sys.modules if "search.evaluation." in name]:
        monkeypatch.delitem(sys.modules, name)
    code, _, err = run(str(beir_set))
    assert code == 2
    assert "needs ir-measures and scikit-learn. Install them: pip install" in err


def test_the_script_evaluate_is_the_command_evaluate() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "scripts/evaluate.py", "no such set"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("wherein: There is no set of questions no such set.")
