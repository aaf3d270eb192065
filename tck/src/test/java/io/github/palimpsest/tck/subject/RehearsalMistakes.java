package io.github.palimpsest.tck.subject;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.FinishedModel;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.random.RandomGenerator;

/** A good rehearsal with one mistake each. */
public final class RehearsalMistakes {
  private RehearsalMistakes() {}

  public static final class TwiceInAnEpoch extends AlteredRehearsal {
    public TwiceInAnEpoch(Rehearsal good) {
      super(good);
    }

    @Override
    public Iterator<List<Example>> epoch(TaskData current, int batchSize, RandomGenerator rng) {
      List<List<Example>> batches = new ArrayList<>();
      super.epoch(current, batchSize, rng).forEachRemaining(b -> batches.add(new ArrayList<>(b)));
      batches.get(0).add(current.examples().get(0));
      return batches.iterator();
    }
  }

  public static final class NamesWhatIsUnderWay extends AlteredRehearsal {
    private String seen = "";

    public NamesWhatIsUnderWay(Rehearsal good) {
      super(good);
    }

    @Override
    public Iterator<List<Example>> epoch(TaskData current, int batchSize, RandomGenerator rng) {
      seen = current.examples().get(0).id();
      return super.epoch(current, batchSize, rng);
    }

    @Override
    public byte[] state() {
      byte[] good = super.state();
      byte[] all = Arrays.copyOf(good, good.length + seen.length());
      for (int i = 0; i < seen.length(); i++) {
        all[good.length + i] = (byte) seen.charAt(i);
      }
      return all;
    }
  }

  public static final class SaysMoreBatches extends AlteredRehearsal {
    public SaysMoreBatches(Rehearsal good) {
      super(good);
    }

    @Override
    public long extraBatches(int task, int examples, int batchSize) {
      return task;
    }
  }

  public static final class ThrowsWhatItLikes extends AlteredRehearsal {
    public ThrowsWhatItLikes(Rehearsal good) {
      super(good);
    }

    @Override
    public void restore(byte[] state) {
      try {
        super.restore(state);
      } catch (PalimpsestException e) {
        throw new IllegalStateException("no", e);
      }
    }
  }

  public static AlteredRehearsal renames(Rehearsal good, String suffix, int by) {
    return new AlteredRehearsal(good) {
      @Override
      public TaskData prepared(TaskData task, FinishedModel pretrained) {
        return TaskData.of(task.index() + by, task.name() + suffix, task.examples());
      }
    };
  }

  /** Has the first example twice, and the last not at all. */
  public static final class Doubles extends AlteredRehearsal {
    public Doubles(Rehearsal good) {
      super(good);
    }

    @Override
    public TaskData prepared(TaskData task, FinishedModel pretrained) {
      List<Example> examples = new ArrayList<>(task.examples());
      examples.set(examples.size() - 1, examples.get(0));
      return task.with(examples);
    }
  }

  private static TaskData turned(TaskData task, int by) {
    List<Example> examples = new ArrayList<>(task.examples());
    Collections.rotate(examples, by);
    return task.with(examples);
  }

  public static final class TurnsWithEachTask extends AlteredRehearsal {
    private int finished;

    public TurnsWithEachTask(Rehearsal good) {
      super(good);
    }

    @Override
    public void afterTask(TaskData task, RandomGenerator rng) {
      super.afterTask(task, rng);
      finished++;
    }

    @Override
    public TaskData prepared(TaskData task, FinishedModel pretrained) {
      return turned(task, finished);
    }
  }

  public static final class TurnsAlways extends AlteredRehearsal {
    public TurnsAlways(Rehearsal good) {
      super(good);
    }

    @Override
    public TaskData prepared(TaskData task, FinishedModel pretrained) {
      return turned(task, 1);
    }
  }
}
