package io.github.palimpsest.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import io.github.palimpsest.distill.Distillation.Direction;
import io.github.palimpsest.distill.Distillation.Inputs;
import io.github.palimpsest.distill.Distillation.Teacher;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.ClassifierModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("native")
class DistillationTest {
  private static final int CLASSES = 3;
  private static final int TASKS = 3;
  private static final ClassifierModel MODEL = new ClassifierModel(4, 6, CLASSES);
  private static final WeightSnapshot PRETRAINED = MODEL.initialWeights(new Random(1));
  private static final Optimizer SGD =
      c ->
          new Updates(
              c.oracle().gradient(c.params()).tensors().scale(c.tf(), c.tf().constant(-0.2f)));

  static Stream<Distillation> variants() {
    return Stream.of(
        new Distillation(0.7, 1, Direction.FORWARD, Teacher.PRETRAINED, false, Inputs.ALL),
        new Distillation(0.7, 1, Direction.REVERSE, Teacher.PRETRAINED, false, Inputs.ALL),
        new Distillation(0.7, 2, Direction.FORWARD, Teacher.PREVIOUS, false, Inputs.ALL),
        new Distillation(0.7, 1, Direction.FORWARD, Teacher.PRETRAINED, true, Inputs.ALL),
        new Distillation(0.7, 2, Direction.REVERSE, Teacher.PREVIOUS, true, Inputs.ALL));
  }

  /** Examples that count differently, as sequences of different lengths do. */
  private static TaskData task(int index) {
    return MODEL.randomTask(index, 3);
  }

  @ParameterizedTest
  @MethodSource("variants")
  void the_penalty_is_the_weighted_mean_of_the_divergence(Distillation d) {
    WeightSnapshot student = MODEL.initialWeights(new Random(2));
    List<Example> batch = task(0).examples();
    Point at = Point.of(d, MODEL, batch, student, PRETRAINED);
    float[] taught = Point.of(d, MODEL, batch, PRETRAINED, PRETRAINED).logits();
    double sum = 0;
    double weights = 0;
    for (int i = 0; i < batch.size(); i++) {
      int y = ((HostArray.Ints) batch.get(i).fields().get("y")).values().get(0);
      int masked = d.maskTarget() ? y : -1;
      double[] p = softmax(taught, i, d.temperature(), masked);
      double[] q = softmax(at.logits(), i, d.temperature(), masked);
      for (int k = 0; k < CLASSES; k++) {
        if (k == masked) {
          continue;
        }
        double ratio = Math.log(p[k] / q[k]);
        sum += (1 + i % 3) * (d.direction() == Direction.FORWARD ? p[k] * ratio : -q[k] * ratio);
      }
      weights += 1 + i % 3;
    }
    double expected = d.lambda() * d.temperature() * d.temperature() * sum / weights;
    assertThat((double) at.penalty()).isCloseTo(expected, within(1e-4 * expected));
  }

  private static double[] softmax(float[] logits, int row, double temperature, int masked) {
    double[] p = new double[CLASSES];
    double sum = 0;
    for (int k = 0; k < CLASSES; k++) {
      p[k] = k == masked ? 0 : Math.exp(logits[row * CLASSES + k] / temperature);
      sum += p[k];
    }
    for (int k = 0; k < CLASSES; k++) {
      p[k] /= sum;
    }
    return p;
  }

  @Test
  void the_teacher_of_the_previous_task_speaks_of_the_classes_of_earlier_tasks_alone() {
    Distillation lwf =
        new Distillation(1, 2, Direction.FORWARD, Teacher.PREVIOUS, false, Inputs.ALL);
    WeightSnapshot student = MODEL.initialWeights(new Random(2));
    List<Example> batch = task(0).examples();
    // one task is finished, and it had the classes 0 and 2
    Model stream = new StreamOfClasses(MODEL, List.of(List.of(0, 2), List.of(1)));
    Point at = Point.of(lwf, stream, batch, student, PRETRAINED);
    float[] taught = Point.of(lwf, stream, batch, PRETRAINED, PRETRAINED).logits();
    double sum = 0;
    double weights = 0;
    for (int i = 0; i < batch.size(); i++) {
      double[] p = softmax(taught, i, 2, 1);
      double[] q = softmax(at.logits(), i, 2, 1);
      sum += (1 + i % 3) * (p[0] * Math.log(p[0] / q[0]) + p[2] * Math.log(p[2] / q[2]));
      weights += 1 + i % 3;
    }
    double expected = 4 * sum / weights;
    assertThat((double) at.penalty()).isCloseTo(expected, within(1e-4 * expected));
    assertThat(at.gradient().get("fc2.bias")[1]).as("a later class").isZero();
  }

  @ParameterizedTest
  @MethodSource("variants")
  void where_model_and_teacher_are_equal_nothing_pulls(Distillation d) {
    Point at = Point.of(d, MODEL, task(0).examples(), PRETRAINED, PRETRAINED);
    assertThat(at.penalty()).as("penalty").isEqualTo(0f);
    at.gradient()
        .forEach(
            (name, g) -> {
              for (float v : g) {
                assertThat(v).as(name).isCloseTo(0, within(1e-6f));
              }
            });
  }

  @ParameterizedTest
  @MethodSource("variants")
  void the_gradient_equals_finite_differences(Distillation d) {
    WeightSnapshot student = MODEL.initialWeights(new Random(2));
    List<Example> batch = task(0).examples();
    float[] gradient = Point.of(d, MODEL, batch, student, PRETRAINED).gradient().get("fc2.bias");
    float h = 1f / 64;
    for (int i = 0; i < CLASSES; i++) {
      double up = Point.of(d, MODEL, batch, moved(student, i, h), PRETRAINED).penalty();
      double down = Point.of(d, MODEL, batch, moved(student, i, -h), PRETRAINED).penalty();
      assertThat((double) gradient[i])
          .as("bias %d", i)
          .isCloseTo((up - down) / (2 * h), within(1e-3));
    }
  }

  private static WeightSnapshot moved(WeightSnapshot w, int coordinate, float by) {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    w.names().forEach(n -> shapes.put(n, w.shape(n)));
    return WeightSnapshot.computed(
        shapes,
        name -> {
          float[] v = w.copy(name);
          if (name.equals("fc2.bias")) {
            v[coordinate] += by;
          }
          return v;
        });
  }

  private static TaskLoop loop(Seats strategy, int accumulation, @Nullable Path folder) {
    return new TaskLoop(
        MODEL,
        PRETRAINED,
        strategy,
        new Training(2, 0, 6, accumulation, 0),
        7,
        IntStream.range(0, TASKS).mapToObj(DistillationTest::task).toList(),
        Device.CPU,
        folder);
  }

  private static float[] run(TaskLoop loop, int tasks) {
    while (loop.trainedTasks() < tasks) {
      loop.train(StepListener.NONE);
    }
    return loop.weights().copy("fc1.weight");
  }

  @ParameterizedTest
  @MethodSource("variants")
  void strength_zero_is_bit_identical_to_absent(Distillation d) {
    Distillation off =
        new Distillation(
            0, d.temperature(), d.direction(), d.teacher(), d.maskTarget(), Inputs.ALL);
    assertThat(run(loop(Seats.of(SGD).with("0", off), 1, null), TASKS))
        .containsExactly(run(loop(Seats.of(SGD), 1, null), TASKS));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void micro_batches_give_the_step_of_one_batch(Distillation d) {
    assertThat(run(loop(Seats.of(SGD).with("0", d), 3, null), TASKS))
        .containsExactly(run(loop(Seats.of(SGD).with("0", d), 1, null), TASKS), within(1e-5f));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void a_run_goes_on_from_its_checkpoint_with_the_same_bits(Distillation d, @TempDir Path folder) {
    Seats strategy = Seats.of(SGD).with("0", d);
    run(loop(strategy, 1, folder), 2);
    assertThat(run(loop(strategy, 1, folder), TASKS))
        .containsExactly(run(loop(strategy, 1, null), TASKS));
  }

  @Test
  void the_teacher_of_the_previous_task_is_silent_in_the_first() {
    Distillation lwf =
        new Distillation(1, 2, Direction.FORWARD, Teacher.PREVIOUS, false, Inputs.ALL);
    assertThat(run(loop(Seats.of(SGD).with("0", lwf), 1, null), 1))
        .containsExactly(run(loop(Seats.of(SGD), 1, null), 1));
    assertThat(run(loop(Seats.of(SGD).with("0", lwf), 1, null), 2))
        .isNotEqualTo(run(loop(Seats.of(SGD), 1, null), 2));
  }

  @Test
  void a_strong_divergence_keeps_the_model_at_the_pretrained_predictions() {
    double[] distance = new double[2];
    double[] lambdas = {0, 3};
    for (int i = 0; i < 2; i++) {
      Distillation kl =
          new Distillation(lambdas[i], 1, Direction.FORWARD, Teacher.PRETRAINED, false, Inputs.ALL);
      TaskLoop loop = loop(Seats.of(SGD).with("0", kl), 1, null);
      run(loop, TASKS);
      distance[i] =
          Point.of(
                  new Distillation(1, 1, Direction.FORWARD, Teacher.PRETRAINED, false, Inputs.ALL),
                  MODEL,
                  task(TASKS - 1).examples(),
                  loop.weights(),
                  PRETRAINED)
              .penalty();
    }
    assertThat(distance[1]).as("KL under the penalty").isLessThan(distance[0] / 2);
  }

  @ParameterizedTest
  @EnumSource(Inputs.class)
  void only_the_inputs_asked_for_are_held(Inputs inputs) {
    WeightSnapshot student = MODEL.initialWeights(new Random(2));
    List<Example> batch = task(0).examples();
    Distillation some =
        new Distillation(0.7, 1, Direction.FORWARD, Teacher.PRETRAINED, false, inputs);
    Distillation all =
        new Distillation(0.7, 1, Direction.FORWARD, Teacher.PRETRAINED, false, Inputs.ALL);
    int rehearsed = 5; // the last examples of the batch
    double actual = Point.of(some, MODEL, batch, student, PRETRAINED, rehearsed).penalty();
    double whole = 0;
    double tokens = 0;
    for (int i = 0; i < batch.size(); i++) {
      boolean anchor = i >= batch.size() - rehearsed;
      boolean meant = inputs == Inputs.ALL || (inputs == Inputs.REHEARSED) == anchor;
      double own = Point.of(all, MODEL, List.of(batch.get(i)), student, PRETRAINED).penalty();
      whole += meant ? (1 + i % 3) * own : 0;
      tokens += 1 + i % 3;
    }
    assertThat(actual).isCloseTo(whole / tokens, within(1e-4 * whole / tokens));
  }

  @Test
  void anchors_alone_hold_nothing_without_rehearsal() {
    Distillation anchors =
        new Distillation(0.7, 1, Direction.FORWARD, Teacher.PRETRAINED, false, Inputs.REHEARSED);
    assertThat(run(loop(Seats.of(SGD).with("0", anchors), 1, null), TASKS))
        .containsExactly(run(loop(Seats.of(SGD), 1, null), TASKS));
  }

  @Test
  void providers_declare_onset_and_cost_by_their_settings() {
    RegularizerProvider kl = Kl.PROVIDER;
    assertThat(kl.traits(Settings.defaults(kl)).onset()).isEqualTo(Onset.FIRST_TASK);
    Settings previous = settings(kl, Map.of("teacher", Value.Call.word("previous")));
    assertThat(kl.traits(previous).onset()).isEqualTo(Onset.LATER_TASKS);
    RegularizerProvider lwf = Lwf.PROVIDER;
    assertThat(lwf.traits(settings(lwf, Map.of("lambda", new Value.Num(0)))).cost())
        .isEqualTo(Cost.NONE);
    assertThat(lwf.create(Settings.defaults(lwf)))
        .isEqualTo(new Distillation(1, 2, Direction.FORWARD, Teacher.PREVIOUS, false, Inputs.ALL));
    assertThat(kl.create(previous))
        .isEqualTo(
            new Distillation(0.1, 1, Direction.FORWARD, Teacher.PREVIOUS, false, Inputs.ALL));
  }

  private static Settings settings(Provider<Regularizer> provider, Map<String, Value> written) {
    Setting.ComponentSource none =
        (kind, call) -> {
          throw new IllegalArgumentException(call.toString());
        };
    return Settings.of(provider, written, none);
  }
}
