package io.github.palimpsest.ewc;

import static io.github.palimpsest.ewc.Classifier.MODEL;
import static io.github.palimpsest.ewc.Classifier.loop;
import static io.github.palimpsest.ewc.Classifier.momentum;
import static io.github.palimpsest.ewc.Classifier.task;
import static io.github.palimpsest.ewc.GoldenWeights.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.ClassifierModel;
import io.github.palimpsest.testing.Golden;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Whole training runs of a small classifier. */
@Tag("native")
class EwcTrainingTest {
  /** Adds nothing to the loss and keeps the Fisher information of the last task. */
  private static final class Recording implements Regularizer {
    private WeightSnapshot fisher = WeightSnapshot.empty();

    @Override
    public BoundRegularizer bind(RegularizerSite site) {
      return new BoundRegularizer() {
        @Override
        public Operand<TFloat32> penalty(LossPoint point) {
          return site.tf().constant(0f);
        }

        @Override
        public void afterTask(FinishedTask task) {
          fisher = task.meanSquaredGradient(1000);
        }
      };
    }
  }

  private static Seats with(Map<String, Object> settings) {
    return Seats.of(momentum(0.1f)).with("0-ewc", Sequence.regularizer(Ewc.PROVIDER, settings));
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void the_fisher_is_the_golden_one_and_does_not_depend_on_the_batch_size(JsonNode golden) {
    for (int t = 0; t < golden.at("/inputs/tasks").size(); t++) {
      JsonNode in = golden.at("/inputs/tasks").get(t);
      for (int batchSize : new int[] {1, 5}) {
        Recording recording = new Recording();
        WeightSnapshot start = GoldenWeights.read(in.get("w_star"));
        TaskLoop loop =
            new TaskLoop(
                model(start),
                start,
                Seats.of(momentum(0)).with("0-recording", recording),
                Training.epochs(1, batchSize),
                3,
                List.of(
                    TaskData.of(0, "golden", examples(in)), TaskData.of(1, "next", examples(in))),
                Device.CPU,
                null);
        loop.train(StepListener.NONE);
        loop.train(StepListener.NONE);
        assertClose(
            "fisher of task " + t + " with batches of " + batchSize,
            recording.fisher,
            GoldenWeights.read(golden.at("/expected/empirical_fisher").get(t)),
            golden.at("/tolerance/float32"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void the_fisher_with_sampled_labels_is_that_of_the_model(JsonNode golden) {
    JsonNode in = golden.at("/inputs/tasks").get(0);
    WeightSnapshot start = GoldenWeights.read(in.get("w_star"));
    List<Example> many = new ArrayList<>();
    for (int copy = 0; copy < 300; copy++) {
      many.addAll(examples(in));
    }
    Spy ewc =
        new Spy(
            Sequence.regularizer(
                Ewc.PROVIDER, Map.of("fisher", "sampled", "examples", many.size())));
    TaskLoop loop =
        new TaskLoop(
            model(start),
            start,
            Seats.of(momentum(0)).with("0-ewc", ewc),
            new Training(1, 1, 5, 1, 0),
            3,
            List.of(TaskData.of(0, "golden", many), TaskData.of(1, "next", examples(in))),
            Device.CPU,
            null);
    loop.train(StepListener.NONE);
    loop.train(StepListener.NONE);
    WeightSnapshot expected = GoldenWeights.read(golden.at("/expected/model_fisher").get(0));
    for (String name : expected.names()) {
      float[] sampled = ewc.remembered("fisher").copy(name);
      float[] exact = expected.copy(name);
      double difference = 0;
      double all = 0;
      for (int i = 0; i < exact.length; i++) {
        difference += Math.abs(sampled[i] - exact[i]);
        all += exact[i];
      }
      // 300 draws for each example: about 1/sqrt(300) of error, and more for rare labels
      assertThat(difference / all).as("relative difference of %s", name).isLessThan(0.15);
    }
  }

  static Stream<JsonNode> goldens() {
    return Golden.files("ewc", ".json").stream()
        .map(Golden::json)
        .filter(g -> g.at("/expected/empirical_fisher").isArray());
  }

  private static ClassifierModel model(WeightSnapshot w) {
    return new ClassifierModel(
        (int) w.shape("fc1.weight").get(0),
        (int) w.shape("fc1.weight").get(1),
        (int) w.shape("fc2.weight").get(1));
  }

  private static List<Example> examples(JsonNode task) {
    float[] x = Golden.floats(task.get("x"));
    double[] y = Golden.doubles(task.get("y"));
    int in = x.length / y.length;
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < y.length; i++) {
      float[] features = Arrays.copyOfRange(x, i * in, (i + 1) * in);
      examples.add(ClassifierModel.example("golden/" + i, features, (int) y[i], 1));
    }
    return examples;
  }

  @ParameterizedTest
  @ValueSource(strings = {"online", "separate"})
  void the_first_task_is_bit_identical_to_absent_and_later_ones_are_not(String mode) {
    TaskLoop absent = loop(Seats.of(momentum(0.1f)), null);
    TaskLoop held = loop(with(Map.of("lambda", 1, "mode", mode)), null);
    for (int t = 0; t < 2; t++) {
      absent.train(StepListener.NONE);
      held.train(StepListener.NONE);
      float[] without = absent.weights().copy("fc1.weight");
      float[] with = held.weights().copy("fc1.weight");
      assertThat(Arrays.equals(without, with)).as("equal after task %d", t).isEqualTo(t == 0);
    }
  }

  @Test
  void a_stronger_penalty_stays_nearer_to_the_first_task() {
    double last = Double.MAX_VALUE;
    for (double lambda : new double[] {0, 1, 4}) {
      TaskLoop loop = loop(with(Map.of("lambda", lambda, "mode", "online")), null);
      loop.train(StepListener.NONE);
      WeightSnapshot anchor = loop.weights();
      loop.train(StepListener.NONE);
      double moved = 0;
      for (String name : anchor.names()) {
        float[] a = anchor.copy(name);
        float[] w = loop.weights().copy(name);
        for (int i = 0; i < a.length; i++) {
          moved += (w[i] - a[i]) * (w[i] - a[i]);
        }
      }
      assertThat(moved).as("distance with lambda %s", lambda).isLessThan(last);
      last = moved;
    }
  }

  @Test
  void penalty_gradients_never_enter_the_fisher() {
    Recording underPenalty = new Recording();
    TaskLoop held = loop(with(Map.of("lambda", 5)).with("1-recording", underPenalty), null);
    held.train(StepListener.NONE);
    held.train(StepListener.NONE);
    WeightSnapshot afterTwo = held.weights();
    held.train(StepListener.NONE);
    Recording alone = new Recording();
    TaskLoop fresh =
        new TaskLoop(
            MODEL,
            afterTwo,
            Seats.of(momentum(0)).with("0-recording", alone),
            Training.epochs(1, 4),
            7,
            List.of(TaskData.of(0, "again", task(1).examples()), task(1)),
            Device.CPU,
            null);
    fresh.train(StepListener.NONE);
    fresh.train(StepListener.NONE);
    JsonNode tolerance = JsonNodeFactory.instance.objectNode().put("rtol", 1e-5).put("atol", 1e-8);
    assertClose("fisher", underPenalty.fisher, alone.fisher, tolerance);
  }
}
