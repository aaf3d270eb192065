package acme;

import static acme.Mood.in;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.model.FinishedModel;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.api.rehearsal.RehearsalLoss;
import io.github.palimpsest.api.rehearsal.RehearsalObjective;
import io.github.palimpsest.api.rehearsal.RehearsalProvider;
import io.github.palimpsest.api.rehearsal.RehearsedBatch;
import io.github.palimpsest.api.data.TaskData;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.tensorflow.op.Ops;

/** Rehearses nothing. */
final class MoodyRehearsal extends MoodyProvider<Rehearsal> implements RehearsalProvider {
  MoodyRehearsal() {
    super(Kind.REHEARSAL);
  }

  Rehearsal made() {
    return new Nothing();
  }

  private static final class Nothing implements Rehearsal {
    public Iterator<List<Example>> epoch(TaskData current, int batchSize, RandomGenerator rng) {
      return in("epoch", new Batches(current.shuffledBatches(batchSize, rng).iterator()));
    }

    public void afterTask(TaskData task, RandomGenerator rng) {
      in("afterTask", "");
    }

    public void afterTask(TaskData task, FinishedModel model, RandomGenerator rng) {
      in("afterTaskWithModel", "");
      afterTask(task, rng);
    }

    public TaskData prepared(TaskData task, FinishedModel pretrained) {
      return in("prepared", task);
    }

    public long extraBatches(int task, int examples, int batchSize) {
      return in("extraBatches", 0L);
    }

    public OptionalLong rehearsed(int task, long examples) {
      return in("rehearsed", OptionalLong.of(0));
    }

    public Optional<RehearsalObjective> objective() {
      return in("objective", Optional.<RehearsalObjective>of(new NoLoss()));
    }

    public byte[] state() {
      return in("state", new byte[] {1});
    }

    public void restore(byte[] state) {
      in("restore", "");
    }
  }

  private record Batches(Iterator<List<Example>> plain) implements Iterator<List<Example>> {
    public boolean hasNext() {
      return in("hasNext", plain.hasNext());
    }

    public List<Example> next() {
      return in("next", plain.next());
    }
  }

  private static final class NoLoss implements RehearsalLoss {
    public List<Mean> means(Ops tf, Forward forward, RehearsedBatch batch) {
      return in("means", List.of());
    }
  }
}
