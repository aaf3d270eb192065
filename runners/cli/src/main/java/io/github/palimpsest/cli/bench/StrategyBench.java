package io.github.palimpsest.cli.bench;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Alternates the steps of a second task with and without a strategy, so that both see the same
 * load. The first task is one step, which gives the strategy something to remember.
 */
final class StrategyBench {
  private static final String OPTIMIZER = "adamw";

  /** Components that a strategy may require, starting with none. */
  private static final List<String> BESIDE =
      List.of(
          "",
          " + lora(rank=8, target=\".*_proj\\\\.weight\")",
          " + lora(rank=8, target=\".*_proj\\\\.weight\", merge-after-task=true)");

  private static final long SEED = 1;

  private final BenchShape shape;
  private final Device device;
  private final Training training;
  private final DecoderModel model;
  private final WeightSnapshot weights;
  private final List<TaskData> tasks;

  /**
   * @param steps of the second task
   */
  StrategyBench(BenchShape shape, Device device, Training training, int steps) {
    this.shape = shape;
    this.device = device;
    this.training = training;
    this.model = new DecoderModel(shape.decoder());
    this.weights = RandomWeights.of(model.parameters(), SEED);
    List<Example> corpus = shape.randomExamples("corpus", 0, shape.batch());
    this.tasks =
        List.of(
            TaskData.of(0, "first", shape.randomExamples("first", 0, shape.batch())).beside(corpus),
            TaskData.of(1, "second", shape.randomExamples("second", 0, steps * shape.batch()))
                .beside(corpus));
  }

  /** A recipe with a strategy and the recipe without it. */
  record Pair(Recipe with, Recipe without) {
    /**
     * @param strategy a component expression
     * @throws PalimpsestException if it is valid with none of the components that a strategy may
     *     require
     */
    static Pair of(PluginRegistry registry, String strategy) {
      RuleViolationException broken = null;
      for (String beside : BESIDE) {
        try {
          Recipe with = registry.recipe(OPTIMIZER + beside + " + " + strategy);
          return new Pair(with, registry.recipe(OPTIMIZER + beside));
        } catch (RuleViolationException e) {
          broken = broken == null ? e : broken;
        }
      }
      throw broken == null ? new PalimpsestException("no recipe with '" + strategy + "'") : broken;
    }
  }

  /** Trains both and compares them. */
  Compared compared(String strategy, Pair pair) {
    Semaphore[] turns = {new Semaphore(1), new Semaphore(0)};
    Run with = new Run(pair.with(), turns[0], turns[1]);
    Run without = new Run(pair.without(), turns[1], turns[0]);
    ExecutorService two = Executors.newFixedThreadPool(2);
    try {
      List<Future<?>> both = List.of(two.submit(with), two.submit(without));
      for (Future<?> run : both) {
        run.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PalimpsestException("the bench was interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException r ? r : new IllegalStateException(e);
    } finally {
      two.shutdownNow();
    }
    return compared(strategy, pair, with, without);
  }

  /** A recipe with a strategy and without it: times in milliseconds. */
  record Compared(
      String strategy,
      String recipe,
      String shape,
      String device,
      int towers,
      int steps,
      double medianMs,
      double baseMedianMs,
      double ratio,
      double processorMs,
      double baseProcessorMs,
      double processorRatio,
      double betweenTasksProcessorMs,
      double baseBetweenTasksProcessorMs) {}

  private Compared compared(String strategy, Pair pair, Run with, Run without) {
    StepTimes own = with.times;
    StepTimes plain = without.times;
    return new Compared(
        strategy,
        pair.with().toString(),
        shape.name(),
        device.toString(),
        training.towers(),
        own.count(),
        StepBench.rounded(own.wallMillis(), 10),
        StepBench.rounded(plain.wallMillis(), 10),
        StepBench.rounded(own.wallMillis() / plain.wallMillis(), 1000),
        StepBench.rounded(own.processorMillis(), 10),
        StepBench.rounded(plain.processorMillis(), 10),
        StepBench.rounded(own.processorMillis() / plain.processorMillis(), 1000),
        StepBench.rounded(with.between.processorMillis(), 10),
        StepBench.rounded(without.between.processorMillis(), 10));
  }

  /** One run of two tasks that trains only at its turn. */
  private final class Run implements Runnable {
    private final Recipe recipe;
    private final Semaphore own;
    private final Semaphore other;
    private final StepTimes times = new StepTimes();

    /** From the end of the first task to the end of the second one's first step. */
    private final StepTimes between = new StepTimes();

    Run(Recipe recipe, Semaphore own, Semaphore other) {
      this.recipe = recipe;
      this.own = own;
      this.other = other;
    }

    @Override
    public void run() {
      try {
        own.acquireUninterruptibly();
        Seats strategy = Seats.of(recipe);
        TaskLoop loop = new TaskLoop(model, weights, strategy, training, SEED, tasks, device, null);
        loop.train(StepListener.NONE);
        StepTimes.Begun[] begun = {StepTimes.begin()};
        loop.train(
            (task, step, total, loss) -> {
              StepTimes.Step took =
                  begun[0].end(strategy.optimizer().phaseOf(task, step - 1, total));
              (step == 1 ? between : times).add(took);
              other.release();
              own.acquireUninterruptibly();
              begun[0] = StepTimes.begin();
            });
      } finally {
        // the other run may have steps left and must not wait for this one
        other.release(Integer.MAX_VALUE / 2);
      }
    }
  }
}
