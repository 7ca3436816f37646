from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from model.helpers import documents, network, vocabulary

from chinese_deal_ie.corpus_io import json_lines
from chinese_deal_ie.extractor import Extractor
from chinese_deal_ie.model.checkpoint import load_checkpoint
from chinese_deal_ie.model.network import DealNetwork
from chinese_deal_ie.schema import Document, Mention
from chinese_deal_ie.training import fine_tuning
from chinese_deal_ie.training.augment import pools
from chinese_deal_ie.training.before_after import FEWEST, compare_models, markdown
from chinese_deal_ie.training.deal_stage import DealStageConfig
from chinese_deal_ie.training.extend import extend_labels
from chinese_deal_ie.training.fine_tuning import Lessons, best_round, fine_tune, read_rounds
from chinese_deal_ie.training.parts import divide, families, without_copies
from chinese_deal_ie.training.retrain import FOLDER, Progress, RetrainConfig, retrain
from training.helpers import many, write_base

NAMES = pools(["明川"], ["松江"])
PLAN = DealStageConfig(steps=6, batch_characters=60, encoder_rate=1e-3, head_rate=1e-2)


def with_policy(item: Document) -> Document:
    """The document with a label beyond the seven on its last two characters."""
    end = len(item.text)
    label: Any = "POLICY"
    return replace(item, mentions=(*item.mentions, Mention(end - 2, end, item.text[-2:], label, "x1")))


def lessons(**changes: object) -> Lessons:
    return replace(Lessons(documents()[:2], (), documents()[2:], NAMES, 7, 7), **changes)  # type: ignore[arg-type]


def same(one: DealNetwork, other: DealNetwork) -> bool:
    return all(torch.equal(tensor, other.state_dict()[name]) for name, tensor in one.state_dict().items())


class TestParts:
    def test_every_document_has_one_use(self) -> None:
        parts = divide(many(20), held_out=0.3, watched=0.15, seed=0)
        assert [len(part) for part in (parts.train, parts.watched, parts.held_out)] == [11, 3, 6]
        ids = [item.id for part in (parts.train, parts.watched, parts.held_out) for item in part]
        assert sorted(ids) == sorted(item.id for item in many(20))
        assert all(any(item.frames for item in part) for part in (parts.train, parts.watched, parts.held_out))

    def test_the_seed_decides(self) -> None:
        first, again, other = (divide(many(20), held_out=0.3, watched=0.15, seed=seed) for seed in (3, 3, 4))
        assert first == again
        assert first != other

    def test_copies_stay_together(self) -> None:
        texts = many(12)
        twins = [replace(item, id=f"{item.id}-again", text=item.text[5:]) for item in texts]
        for seed in range(3):
            parts = divide([*texts, *twins], held_out=0.3, watched=0.15, seed=seed)
            for part in (parts.train, parts.watched, parts.held_out):
                names = {item.id for item in part}
                assert {f"{name}-again" for name in names if not name.endswith("again")} <= names

    def test_a_footer_of_all_pages_makes_no_copies(self) -> None:
        footer = "版权所有未经许可不得转载本网站由青山市人民政府办公室主办"
        bodies = ["".join(chr(0x4E00 + 60 * number + step) for step in range(40)) for number in range(8)]
        assert len(families([body + footer for body in bodies])) == 8
        assert families([bodies[0], bodies[1], bodies[0][:30]]) == [[0, 2], [1]]

    def test_known_documents_are_told_from_new_ones(self) -> None:
        assert without_copies(many(6), many(3)) == many(6)[3:]

    @pytest.mark.parametrize("count", [0, 5])
    def test_too_few(self, count: int) -> None:
        with pytest.raises(ValueError, match="too few"):
            divide(many(count), held_out=0.3, watched=0.15, seed=0)

    def test_one_page_many_times_cannot_be_divided(self) -> None:
        page = "".join(chr(0x4E00 + step) for step in range(60))
        with pytest.raises(ValueError, match="copies"):
            divide([Document(f"d{n}", page[: 60 - n]) for n in range(6)], held_out=0.3, watched=0.3, seed=0)


class TestExtend:
    def test_old_labels_are_read_as_before(self) -> None:
        old = network()
        new = extend_labels(old, ("POLICY", "COM"))
        assert new.config.labels == (*old.config.labels, "POLICY")
        ids = torch.arange(5, 25)[None]
        mask = torch.zeros(1, 1, 1, 20)
        with torch.no_grad():
            states, tags, _ = old.shared(ids, mask)
            new_states, new_tags, _ = new.shared(ids, mask)
            assert torch.equal(states, new_states)
            assert torch.allclose(tags, new_tags[..., : tags.shape[-1]])
            marks, soft = torch.ones(1, 20), tags.softmax(-1)
            padded = torch.cat([soft, torch.zeros(1, 20, 2)], -1)
            for ours, theirs in zip(
                old.focus(states, mask, soft, marks), new.focus(states, mask, padded, marks), strict=True
            ):
                assert torch.allclose(ours, theirs, atol=1e-5)

    def test_nothing_new_changes_nothing(self) -> None:
        old = network()
        assert extend_labels(old, ("COM",)) is old


class TestFineTuning:
    def test_an_interrupted_run_ends_where_a_whole_one_does(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fine_tuning, "ROUND", 2)
        whole = network(dropout=0.1)
        rounds = fine_tune(whole, vocabulary(), lessons(), PLAN, tmp_path / "whole")
        assert [one.step for one in rounds][:2] == [0, 2]

        def interrupt(step: int, loss: float) -> None:
            if step == 3:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            fine_tune(network(dropout=0.1), vocabulary(), lessons(), PLAN, tmp_path / "broken", interrupt)
        assert [one.step for one in read_rounds(tmp_path / "broken")] == [0, 2]
        steps: list[int] = []
        again = network(dropout=0.1)
        found = fine_tune(
            again, vocabulary(), lessons(), PLAN, tmp_path / "broken", lambda step, loss: steps.append(step)
        )
        assert steps[0] == 3
        assert found == rounds
        assert same(whole, again)

    def test_the_best_weights_are_kept_and_training_stops(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fine_tuning, "ROUND", 1)
        harmful = replace(PLAN, steps=50, encoder_rate=5.0, head_rate=5.0)
        model = network()
        rounds = fine_tune(model, vocabulary(), lessons(), harmful, tmp_path)
        assert len(rounds) - 1 - rounds.index(best_round(rounds)) == fine_tuning.PATIENCE
        assert rounds[-1].step < 50
        if best_round(rounds).step == 0:
            assert same(model, network())

    def test_old_documents_say_nothing_about_new_labels(self, tmp_path: Path) -> None:
        old = network()
        model = extend_labels(old, ("POLICY",))
        before = model.shared.tags.weight.detach().clone()
        fine_tune(model, vocabulary(), lessons(own=documents(), watched=documents()), PLAN, tmp_path)
        # Only weight decay may touch the rows of a label that nothing is known of.
        assert torch.allclose(model.shared.tags.weight[-2:], before[-2:], rtol=1e-3, atol=1e-5)
        assert not torch.allclose(model.shared.tags.weight[:-2], before[:-2], rtol=1e-3, atol=1e-5)


class Fixed:
    """A model that answers from a list."""

    def __init__(self, answers: Sequence[Document]) -> None:
        self.answers = {item.id: item for item in answers}

    def predict(self, texts: Sequence[Document]) -> list[Document]:
        assert not any(item.mentions or item.frames for item in texts)
        return [self.answers[item.id] for item in texts]


def blank(items: Sequence[Document]) -> list[Document]:
    return [replace(item, mentions=(), frames=()) for item in items]


class TestBeforeAfter:
    def test_an_improvement_beyond_chance_is_claimed(self) -> None:
        gold = many(12)
        found = compare_models("held-out", Fixed(blank(gold)), Fixed(gold), gold)
        assert [change.verdict for change in found.changes] == ["better"] * 3
        assert found.sentence().startswith("better on the 12 held-out documents: mentions +100.0 points")
        back = compare_models("old", Fixed(gold), Fixed(blank(gold)), gold)
        assert [change.verdict for change in back.changes] == ["worse"] * 3
        assert back.sentence().startswith("forgotten: mentions -100.0 points")

    def test_no_difference_is_no_improvement(self) -> None:
        gold = many(12)
        assert compare_models("held-out", Fixed(gold), Fixed(gold), gold).sentence() == (
            "no improvement is shown on the 12 held-out documents: the differences may be chance"
        )
        assert compare_models("old", Fixed(gold), Fixed(gold), gold).sentence() == (
            "no loss is shown on the 12 old documents; a loss of up to 0.0 points is not ruled out"
        )

    def test_one_document_better_is_no_improvement(self) -> None:
        gold = many(12)
        found = compare_models("held-out", Fixed(blank(gold)), Fixed([gold[0], *blank(gold[1:])]), gold)
        assert found.changes[0].difference > 0
        assert found.sentence().startswith("no improvement is shown")

    def test_few_documents_show_nothing(self) -> None:
        gold = many(FEWEST - 1)
        found = compare_models("held-out", Fixed(blank(gold)), Fixed(gold), gold)
        assert {change.verdict for change in found.changes} == {"open"}
        assert "too few to tell" in found.sentence()

    def test_new_labels_are_told_apart(self) -> None:
        gold = [with_policy(item) for item in many(12)]
        old = [replace(item, mentions=item.mentions[:-1]) for item in gold]
        found = compare_models("held-out", Fixed(old), Fixed(gold), gold, ("POLICY",))
        assert {change.verdict for change in found.changes} == {"open"}
        (label,) = found.new_labels
        assert (label.name, label.before.f1, label.after.f1, label.verdict) == ("POLICY", 0.0, 1.0, "better")
        table = markdown({"Held-out documents": found.to_dict()})
        assert "| POLICY | 0.000 | 1.000 | +1.000 |" in table
        assert "**No improvement is shown" in table


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_base(tmp_path_factory.mktemp("base") / "model")


def corpus(folder: Path, items: Sequence[Document]) -> Path:
    folder.mkdir(parents=True)
    json_lines.write(items, folder / "mine.jsonl")
    return folder


@pytest.fixture
def settings(base: Path, tmp_path: Path) -> RetrainConfig:
    mine = corpus(tmp_path / "mine", many(30))
    corpus(tmp_path / "old" / "train", many(36)[30:33])
    corpus(tmp_path / "old" / "dev", many(36)[33:])
    return RetrainConfig(base, mine, tmp_path / "new", tmp_path / "old", steps=2)


def test_a_model_comes_of_it(settings: RetrainConfig) -> None:
    told: list[Progress] = []
    outcome = retrain(settings, told.append)
    assert [progress.stage for progress in told if progress.loss is None] == ["training", "exporting", "comparing"]
    assert [progress.done for progress in told if progress.loss is not None] == [1, 2]
    assert outcome.held_out.documents == 9
    assert not outcome.fitted
    found = load_checkpoint(settings.output)
    before = load_checkpoint(settings.base)
    assert (found.thresholds, found.coreference) == (before.thresholds, before.coreference)
    assert len(Extractor.from_checkpoint(settings.output).predict(documents())) == 3
    assert found.about["encoder"] == "tiny 0, which started from random numbers"
    assert list(found.about["documents"].values()) == [17, 4, 9, 3, 3]
    assert found.about["documents"]["old, read along"] == 3
    kept = json.loads((settings.output / FOLDER / "comparison.json").read_text(encoding="utf-8"))
    assert kept == found.about["comparison"]
    assert kept["Held-out documents"]["sentence"] == outcome.held_out.sentence()
    card = (settings.output / "README.md").read_text(encoding="utf-8")
    assert "## Before and after" in card
    assert "Thresholds: those of tiny 0" in card
    assert not list((settings.output / FOLDER).glob("*.safetensors"))
    assert str(settings.base.parent) not in (settings.output / "checkpoint.json").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="finished model"):
        retrain(settings)


def test_broken_off_runs_go_on_and_others_are_refused(settings: RetrainConfig) -> None:
    settings = replace(settings, rehearse=None)

    def interrupt(progress: Progress) -> None:
        if progress.stage == "exporting":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        retrain(settings, interrupt)
    with pytest.raises(ValueError, match="other documents or settings"):
        retrain(replace(settings, seed=1))
    steps: list[int] = []
    outcome = retrain(settings, lambda progress: steps.append(progress.done) if progress.loss is not None else None)
    assert steps == []  # training was over
    assert outcome.old is None
    occupied = settings.output.parent / "occupied"
    occupied.mkdir()
    (occupied / "thesis.txt").write_text("…", encoding="utf-8")
    with pytest.raises(ValueError, match="something else"):
        retrain(replace(settings, output=occupied))


def test_held_out_documents_may_be_given(settings: RetrainConfig) -> None:
    judged = corpus(settings.output.parent / "judged", [replace(item, id=f"j-{item.id}") for item in many(40)[30:]])
    outcome = retrain(replace(settings, held_out=judged, rehearse=None))
    assert outcome.held_out.documents == 10
    with pytest.raises(ValueError, match="stand in"):
        retrain(replace(settings, held_out=settings.corpus, output=settings.output.parent / "other"))


def test_new_labels_are_learnt(settings: RetrainConfig) -> None:
    (settings.corpus / "extra-labels.txt").write_text("POLICY  # 优惠政策\n", encoding="utf-8")
    marked = [with_policy(item) for item in many(30)]
    (settings.corpus / "mine.jsonl").unlink()
    json_lines.write(marked, settings.corpus / "mine.jsonl")
    outcome = retrain(settings)
    assert load_checkpoint(settings.output).config.labels[-1] == "POLICY"
    assert [change.name for change in outcome.held_out.new_labels] == ["POLICY"]
    assert [change.name for change in outcome.held_out.changes] == ["mention", "pair", "tuple"]
    assert len(Extractor.from_checkpoint(settings.output).predict(documents())) == 3


def test_thresholds_are_fitted_where_there_are_enough_documents(
    settings: RetrainConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chinese_deal_ie.training import retrain as module

    monkeypatch.setattr(module, "ENOUGH", 2)
    outcome = retrain(replace(settings, rehearse=None))
    assert outcome.fitted
    assert load_checkpoint(settings.output).about["thresholds"] == "fitted on the watched documents"
