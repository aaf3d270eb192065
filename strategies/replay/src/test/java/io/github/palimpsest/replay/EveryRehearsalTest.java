package io.github.palimpsest.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.api.rehearsal.RehearsalProvider;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.ClassifierModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every rehearsal of this plugin, in whole training runs of a small classifier. */
@Tag("native")
class EveryRehearsalTest {
  private static final ClassifierModel MODEL = new ClassifierModel(4, 6, 3);
  private static final WeightSnapshot PRETRAINED = MODEL.initialWeights(new Random(1));
  private static final int TASKS = 3;
  private static final Value HALF = new Value.Num(0.5);
  private static final Optimizer SGD =
      c ->
          new Updates(
              c.oracle().gradient(c.params()).tensors().scale(c.tf(), c.tf().constant(-0.3f)));

  /** One rehearsal with some settings; a new object at each call. */
  record Subject(RehearsalProvider provider, Map<String, Value> written) {
    Rehearsal create() {
      return provider.create(settings());
    }

    Settings settings() {
      return Settings.of(provider, written, (kind, call) -> component(call));
    }

    /** Whether it adds examples itself. */
    boolean rehearses() {
      return written.containsKey("ratio");
    }

    /** The same without effect. */
    Subject off() {
      Map<String, Value> numbers =
          Map.of("flow", new Value.Num(0), "stm", new Value.Num(0), "curriculum", new Value.Num(1));
      return rehearses()
          ? new Subject(provider, Map.of()).with("ratio", new Value.Num(0))
          : new Subject(provider, Map.of())
              .with(
                  provider.settings().get(0).key(),
                  java.util.Objects.requireNonNull(numbers.get(provider.id().value())));
    }

    Subject with(String key, Value value) {
      Map<String, Value> more = new TreeMap<>(written);
      more.put(key, value);
      return new Subject(provider, more);
    }

    @Override
    public String toString() {
      return provider.id() + written.toString();
    }
  }

  private static Component<Rehearsal> component(Value.Call call) {
    RehearsalProvider found =
        new ReplayPlugin()
            .rehearsals().stream()
                .filter(p -> p.id().value().equals(call.name()))
                .findFirst()
                .orElseThrow();
    return new Component<>(found, new Subject(found, call.arguments()).settings());
  }

  static Stream<Subject> subjects() {
    return Stream.concat(rehearsals(), preparations());
  }

  /** Alone, and around one that rehearses. */
  static Stream<Subject> preparations() {
    Value.Call replay =
        new Value.Call("replay", new TreeMap<>(Map.of("ratio", new Value.Num(0.5))));
    return new ReplayPlugin()
        .rehearsals().stream()
            .filter(p -> p.settings().contains(Prepared.BASE))
            .map(p -> new Subject(p, Map.of()))
            .map(
                s ->
                    s.provider().settings().get(0).key().equals("ratio")
                        ? s.with("ratio", HALF)
                        : s)
            .flatMap(s -> Stream.of(s, s.with("base", replay)));
  }

  static Stream<Subject> rehearsals() {
    return new ReplayPlugin()
        .rehearsals().stream()
            .filter(p -> !p.settings().contains(Prepared.BASE))
            .map(p -> new Subject(p, Map.of()))
            .map(s -> s.with("ratio", new Value.Num(0.5)).with("capacity", new Value.Num(9)))
            .flatMap(
                s ->
                    s.provider().settings().contains(RehearsalSettings.PLACE)
                        ? Stream.of(s, s.with("place", Value.Call.word("extra-batches")))
                        : Stream.of(s, s.with("budget", Value.Call.word("tokens"))));
  }

  private static TaskLoop loop(Seats strategy, Training training, @Nullable Path folder) {
    List<Example> corpus = MODEL.randomTask(TASKS, 2).examples();
    List<TaskData> tasks =
        IntStream.range(0, TASKS).mapToObj(t -> MODEL.randomTask(t, 3).beside(corpus)).toList();
    return new TaskLoop(MODEL, PRETRAINED, strategy, training, 7, tasks, Device.CPU, folder);
  }

  private static Training training(int accumulation) {
    return new Training(2, 0, 5, accumulation, 2);
  }

  private static float[] run(TaskLoop loop, int tasks) {
    while (loop.trainedTasks() < tasks) {
      loop.train(StepListener.NONE);
    }
    return loop.weights().copy("fc1.weight");
  }

  private static float[] run(Seats strategy, int tasks) {
    return run(loop(strategy, training(1), null), tasks);
  }

  private static Seats rehearsing(Subject s) {
    return Seats.of(SGD).with(s.create());
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void without_strength_it_is_bit_identical_to_absent(Subject s) {
    assertThat(run(rehearsing(s.off()), TASKS)).containsExactly(run(Seats.of(SGD), TASKS));
  }

  @ParameterizedTest
  @MethodSource("rehearsals")
  void the_first_task_is_bit_identical_to_absent_and_later_ones_are_not(Subject s) {
    assertThat(run(rehearsing(s), 1)).containsExactly(run(Seats.of(SGD), 1));
    assertThat(run(rehearsing(s), TASKS)).isNotEqualTo(run(Seats.of(SGD), TASKS));
  }

  @ParameterizedTest
  @MethodSource("preparations")
  void a_preparation_acts_from_the_first_task_on(Subject s) {
    boolean same = Arrays.equals(run(rehearsing(s), 1), run(Seats.of(SGD), 1));
    assertThat(same)
        .as("masking leaves each example its only prediction")
        .isEqualTo(s.provider().id().value().equals("stm"));
    assertThat(s.provider().traits(s.settings()).onset()).isEqualTo(Onset.FIRST_TASK);
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void runs_are_equal_bit_for_bit_and_go_on_from_a_checkpoint(Subject s, @TempDir Path folder) {
    float[] whole = run(rehearsing(s), TASKS);
    assertThat(run(rehearsing(s), TASKS)).as("again").containsExactly(whole);
    run(loop(rehearsing(s), training(1), folder), 2);
    assertThat(run(loop(rehearsing(s), training(1), folder), TASKS))
        .as("a fresh object after two tasks")
        .containsExactly(whole);
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void a_run_that_broke_within_a_task_goes_on_with_the_same_bits(Subject s, @TempDir Path folder) {
    TaskLoop broken = loop(rehearsing(s), training(1), folder);
    broken.train(StepListener.NONE);
    try {
      broken.train(
          (task, step, total, loss) -> {
            if (step == 3) {
              throw new IllegalStateException("broken on purpose");
            }
          });
    } catch (IllegalStateException e) {
      assertThat(e).hasMessage("broken on purpose");
    }
    assertThat(run(loop(rehearsing(s), training(1), folder), TASKS))
        .containsExactly(run(rehearsing(s), TASKS));
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void micro_batches_give_the_step_of_one_batch(Subject s) {
    assertThat(run(loop(rehearsing(s), training(3), null), TASKS))
        .containsExactly(run(rehearsing(s), TASKS), within(2e-5f));
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void the_schedule_ends_with_the_last_batch(Subject s) {
    long[] last = new long[2];
    TaskLoop loop = loop(rehearsing(s), training(1), null);
    for (int t = 0; t < TASKS; t++) {
      loop.train(
          (task, step, total, loss) -> {
            last[0] = step;
            last[1] = total;
          });
      assertThat(last[0]).as("steps of task %d of %d", t, last[1]).isEqualTo(last[1]);
    }
  }
}
