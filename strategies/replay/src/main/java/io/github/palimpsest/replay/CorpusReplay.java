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
 * Replay of a generic corpus: examples that represent the pretraining data are added to those of
 * every task, including the first, and are part of the data loss. One in a hundred is enough to
 * keep the loss on the pretraining data from rising (Bethune et al. 2025). Within an epoch no
 * example occurs twice unless the corpus is too small. Nothing is kept, because the corpus is
 * available in each task. Another rehearsal may also add examples of finished tasks.
 */
final class CorpusReplay implements ForwardingRehearsal {
  private static final String ID = "corpus-replay";
  private static final String REFERENCE =
      "Bethune et al. 2025, Scaling laws for forgetting during finetuning with pretraining data"
          + " injection, arXiv:2502.06042";
  private static final Setting<Double> RATIO = RehearsalSettings.ratio(0.01);

  static final RehearsalProvider PROVIDER =
      RehearsalProvider.of(
              ID,
              "Pretraining-data injection: adds examples of a generic corpus to each batch",
              "after n examples of an epoch, floor(ratio * n) of the corpus have been added")
          .settings(RATIO, Prepared.BASE)
          .traits(s -> traits(s, s.get(RATIO), REFERENCE))
          .usesCorpus(s -> s.get(RATIO) > 0)
          .creates(s -> new CorpusReplay(ID, s.get(RATIO), s.get(Prepared.BASE)));

  /** Traits of a rehearsal that adds a share of a corpus to what its base does. */
  static Traits traits(Settings s, double ratio, String reference) {
    Traits base = s.nested(Prepared.BASE).orElseThrow().traits();
    double others = base.cost().passesPerStep();
    double passes = others + ratio * (1 + others);
    return Traits.of(
        ratio == 0 ? base.onset() : Onset.FIRST_TASK,
        base.cost().withPasses(Math.rint(100 * passes) / 100),
        reference);
  }

  private final Mixing mixing;
  private final Rehearsal base;

  /** A rehearsal of this name. */
  CorpusReplay(double ratio, Rehearsal base) {
    this(ID, ratio, base);
  }

  /**
   * @param id for messages
   * @throws PalimpsestException if the rehearsed examples of the base have a separate loss, which
   *     would then apply to the corpus too, or if the base chooses among candidates, which are more
   *     than the examples that the ratio refers to
   */
  CorpusReplay(String id, double ratio, Rehearsal base) {
    if (ratio > 0 && base.objective().isPresent()) {
      throw new PalimpsestException(
          "setting 'base' of '"
              + id
              + "': a rehearsal whose examples have a loss or constraint"
              + " of their own cannot be combined with a corpus");
    }
    if (ratio > 0 && base.choice().isPresent()) {
      throw new PalimpsestException(
          "setting 'base' of '"
              + id
              + "': a rehearsal that chooses among candidates cannot be combined with a corpus: its"
              + " share would be of the candidates and not of the examples that are trained");
    }
    this.mixing = new Mixing(ratio, Mixing.Place.SAME_BATCH);
    this.base = base;
  }

  /** Examples of the corpus for each other one. */
  double ratio() {
    return mixing.ratio();
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

  /** Examples in a random order (Fisher and Yates), and in a new order whenever all were used. */
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

  /** The smaller count of the two kinds, so that a count of zero is noticed. */
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
