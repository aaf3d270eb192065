package io.github.palimpsest.tck.subject;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.rehearsal.Candidates;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.api.rehearsal.RehearsalChoice;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Adds the kept example of each batch to the two batches after it, and trains the candidate whose
 * loss a virtual step raises most, with mistakes to choose from.
 */
public final class Choosing extends AlteredRehearsal implements RehearsalChoice {
  public enum Mistake {
    TWICE,
    OUTSIDE,
    CHANGES_WHAT_IT_IS_GIVEN,
    OWN_RANDOM,
    COUNTS_ITS_CALLS,
    BY_WHAT_IT_HAS_SEEN,
    IN_THE_STATE,
    FROM_THE_SECOND_TASK_ON,
    READS_UNDECLARED,
    DECLARES_UNREAD,
    NO_LENGTH,
    SAYS_ALL_CANDIDATES
  }

  private final Set<Mistake> mistakes;
  // a fixed seed, so that the verdict has the same words each time
  private final Random own = new Random(1);
  private int finished;
  private int calls;

  public Choosing(Rehearsal good, Mistake... mistakes) {
    super(good);
    this.mistakes = Set.of(mistakes);
  }

  private boolean has(Mistake m) {
    return mistakes.contains(m);
  }

  @Override
  public Iterator<List<Example>> epoch(TaskData current, int batchSize, RandomGenerator rng) {
    List<List<Example>> batches = new ArrayList<>();
    super.epoch(current, batchSize, rng).forEachRemaining(b -> batches.add(new ArrayList<>(b)));
    if (finished > 0) {
      List<Example> kept = batches.stream().map(b -> b.get(b.size() - 1)).toList();
      for (int b = 0; b < kept.size(); b++) {
        for (int later = b + 1; later < Math.min(kept.size(), b + 3); later++) {
          batches.get(later).add(kept.get(b));
        }
      }
    }
    return batches.iterator();
  }

  @Override
  public void afterTask(TaskData task, RandomGenerator rng) {
    super.afterTask(task, rng);
    finished++;
  }

  @Override
  public OptionalLong rehearsed(int task, long examples) {
    long batches = (examples + 7) / 8;
    return task == 0 || finished == 0
        ? OptionalLong.empty()
        : OptionalLong.of(has(Mistake.SAYS_ALL_CANDIDATES) ? 3 * batches - 3 : batches);
  }

  @Override
  public byte[] state() {
    byte[] good = super.state();
    byte[] more = java.util.Arrays.copyOf(good, good.length + 1);
    more[good.length] = (byte) (has(Mistake.IN_THE_STATE) ? calls : 0);
    return more;
  }

  @Override
  public void restore(byte[] state) {
    super.restore(java.util.Arrays.copyOf(state, Math.max(0, state.length - 1)));
    finished = 1;
  }

  @Override
  public Optional<RehearsalChoice> choice() {
    return has(Mistake.FROM_THE_SECOND_TASK_ON) && finished == 0
        ? Optional.empty()
        : Optional.of(this);
  }

  @Override
  public OptionalDouble virtualStep() {
    return has(Mistake.READS_UNDECLARED)
        ? OptionalDouble.empty()
        : OptionalDouble.of(has(Mistake.NO_LENGTH) ? 0 : 0.1);
  }

  @Override
  public List<Integer> chosen(Candidates of) {
    int n = of.examples().size();
    calls++;
    if (has(Mistake.CHANGES_WHAT_IT_IS_GIVEN)) {
      of.examples().remove(0);
    }
    if (has(Mistake.DECLARES_UNREAD)) {
      return List.of(0);
    }
    int best = 0;
    for (int i = 1; i < n; i++) {
      if (of.lossAfter(i) - of.lossBefore(i) > of.lossAfter(best) - of.lossBefore(best)) {
        best = i;
      }
    }
    int by =
        has(Mistake.OWN_RANDOM)
            ? own.nextInt(n)
            : has(Mistake.COUNTS_ITS_CALLS)
                ? calls
                : has(Mistake.BY_WHAT_IT_HAS_SEEN) ? finished : 0;
    int place = has(Mistake.OUTSIDE) ? n : (best + by) % n;
    return has(Mistake.TWICE) ? List.of(place, place) : List.of(place);
  }
}
