package io.github.palimpsest.replay;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.FinishedModel;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.api.rehearsal.RehearsalProvider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * Replay of a generic corpus: examples of what the model was pretrained on come with those of every
 * task, the first included, and are part of the data loss. One in a hundred is enough to keep the
 * loss on the pretraining data from rising (Bethune et al. 2025). Within an epoch none comes twice
 * unless more are wanted than there are. Nothing is kept: the corpus is there for each task.
 * Another rehearsal may add examples of finished tasks beside it.
 */
final class CorpusReplay implements ForwardingRehearsal {
  private static final Setting<Double> RATIO = RehearsalSettings.ratio(0.01);

  static final RehearsalProvider PROVIDER =
      RehearsalProvider.of(
              "corpus-replay",
              "Pretraining-data injection: adds examples of a generic corpus to each batch",
              "after n examples of an epoch, floor(ratio * n) of the corpus have come")
          .settings(RATIO, Prepared.BASE)
          .traits(CorpusReplay::traits)
          .usesCorpus(s -> s.get(RATIO) > 0)
          .creates(s -> new CorpusReplay(s.get(RATIO), s.get(Prepared.BASE)));

  private static Traits traits(Settings s) {
    Traits base = s.nested(Prepared.BASE).orElseThrow().traits();
    double others = base.cost().passesPerStep();
    double passes = others + s.get(RATIO) * (1 + others);
    return Traits.of(
        s.get(RATIO) == 0 ? base.onset() : Onset.FIRST_TASK,
        base.cost().withPasses(Math.rint(100 * passes) / 100),
        "Bethune et al. 2025, Scaling laws for forgetting during finetuning with pretraining data"
            + " injection, arXiv:2502.06042");
  }

  private final Mixing mixing;
  private final Rehearsal base;

  /**
   * @throws PalimpsestException if the rehearsed examples of the base have a loss of their own,
   *     which the corpus would get too
   */
  CorpusReplay(double ratio, Rehearsal base) {
    if (ratio > 0 && base.objective().isPresent()) {
      throw new PalimpsestException(
          "setting 'base' of 'corpus-replay': a rehearsal whose examples have a loss or constraint"
              + " of their own has no place for a corpus");
    }
    this.mixing = new Mixing(ratio, Mixing.Place.SAME_BATCH);
    this.base = base;
  }

  @Override
  public Rehearsal base() {
    return base;
  }

  @Override
  public TaskData prepared(TaskData task, FinishedModel pretrained) {
    TaskData own = base.prepared(task, pretrained);
    if (mixing.ratio() > 0 && own.corpus().isEmpty()) {
      throw new PalimpsestException(
          "'corpus-replay' has no corpus to take examples from (rule corpus)");
    }
    return own;
  }

  @Override
  public Iterator<List<Example>> epoch(TaskData current, int batchSize, RandomGenerator rng) {
    List<List<Example>> batches = new ArrayList<>();
    base.epoch(current, batchSize, rng).forEachRemaining(batches::add);
    List<Example> corpus = current.corpus();
    if (mixing.ratio() == 0 || corpus.isEmpty()) {
      return batches.iterator();
    }
    Deck deck = new Deck(corpus, rng);
    return mixing.mixed(batches, batchSize, deck::draw).iterator();
  }

  /** Examples in a random order (Fisher and Yates), in another one whenever all have come. */
  private static final class Deck {
    private final List<Example> order;
    private final RandomGenerator rng;
    private int drawn;

    Deck(List<Example> corpus, RandomGenerator rng) {
      this.order = new ArrayList<>(corpus);
      this.rng = rng;
    }

    List<Example> draw(int count) {
      List<Example> some = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int place = drawn++ % order.size();
        Collections.swap(order, place, place + rng.nextInt(order.size() - place));
        some.add(order.get(place));
      }
      return some;
    }
  }

  /** The fewer of the two kinds, so that neither is none without a word. */
  @Override
  public OptionalLong rehearsed(int task, long examples) {
    OptionalLong others = base.rehearsed(task, examples);
    if (mixing.ratio() == 0) {
      return others;
    }
    long own = mixing.due(examples + others.orElse(0));
    return OptionalLong.of(Math.min(own, others.orElse(own)));
  }
}
