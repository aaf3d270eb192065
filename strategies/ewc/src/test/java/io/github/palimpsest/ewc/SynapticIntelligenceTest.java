package io.github.palimpsest.ewc;

import static io.github.palimpsest.ewc.GoldenWeights.assertClose;
import static io.github.palimpsest.ewc.GoldenWeights.vector;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.ClassifierModel;
import io.github.palimpsest.testing.Golden;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("native")
class SynapticIntelligenceTest {
  private static final RegularizerProvider SI = SynapticIntelligence.PROVIDER;

  static Stream<JsonNode> goldens() {
    return Golden.files("ewc", ".json").stream()
        .map(Golden::json)
        .filter(g -> g.at("/expected/Omega").isObject());
  }

  /** Trains on the given batches, whatever the task's own would be. */
  private record Given(List<List<Example>> batches) implements Rehearsal {
    @Override
    public Iterator<List<Example>> epoch(TaskData current, int size, RandomGenerator rng) {
      return batches.iterator();
    }

    @Override
    public void afterTask(TaskData task, RandomGenerator rng) {}

    @Override
    public byte[] state() {
      return new byte[0];
    }

    @Override
    public void restore(byte[] state) {}
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void omega_after_the_golden_steps_is_the_golden_one(JsonNode golden) {
    omegaIsGolden(golden, 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void accumulation_over_micro_batches_gives_the_same_omega(int accumulation) {
    goldens().forEach(golden -> omegaIsGolden(golden, accumulation));
  }

  private static void omegaIsGolden(JsonNode golden, int accumulation) {
    WeightSnapshot start = GoldenWeights.read(golden.at("/inputs/theta_start"));
    float[] x = Golden.floats(golden.at("/inputs/x"));
    double[] y = Golden.doubles(golden.at("/inputs/y"));
    int in = x.length / y.length;
    List<List<Example>> batches = new ArrayList<>();
    for (JsonNode step : golden.at("/expected/steps")) {
      List<Example> batch = new ArrayList<>();
      for (JsonNode row : step.get("rows")) {
        int i = row.asInt();
        float[] features = Arrays.copyOfRange(x, i * in, (i + 1) * in);
        batch.add(ClassifierModel.example("row/" + i, features, (int) y[i], 1));
      }
      batches.add(batch);
    }
    List<Example> all = batches.stream().flatMap(List::stream).toList();
    Spy si = new Spy(Sequence.regularizer(SI, settings(golden, Map.of())));
    TaskLoop loop =
        new TaskLoop(
            new ClassifierModel(
                in, (int) start.shape("fc1.weight").get(1), (int) start.shape("fc2.weight").get(1)),
            start,
            Seats.of(Classifier.descent((float) golden.at("/hyper/lr").asDouble()))
                .with("0-si", si)
                .with(new Given(batches)),
            new Training(1, batches.size(), 4, accumulation, 0),
            1,
            List.of(TaskData.of(0, "golden", all), TaskData.of(1, "next", all)),
            Device.CPU,
            null);
    loop.train(StepListener.NONE);
    JsonNode last = golden.at("/expected/steps").get(batches.size() - 1);
    JsonNode tolerance = golden.at("/tolerance/float32");
    assertClose("weights", loop.weights(), GoldenWeights.read(last.get("theta_after")), tolerance);
    loop.train(StepListener.NONE);
    assertClose(
        "Omega",
        si.remembered("omega"),
        GoldenWeights.read(golden.at("/expected/Omega")),
        tolerance);
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void the_penalty_has_no_one_half(JsonNode golden) {
    JsonNode expected = golden.get("expected");
    Sequence s = new Sequence(SI, settings(golden, Map.of()));
    s.begin(GoldenWeights.read(golden.at("/inputs/theta_start")));
    JsonNode steps = expected.get("steps");
    s.finish(
        GoldenWeights.read(steps.get(steps.size() - 1).get("theta_after")),
        GoldenWeights.read(expected.get("omega")));
    Sequence.Evaluated e = s.penaltyAt(GoldenWeights.read(golden.at("/inputs/theta_for_penalty")));
    JsonNode tolerance = golden.at("/tolerance/float32");
    assertClose("penalty", e.penalty(), expected.get("penalty").asDouble(), tolerance);
    assertClose(
        "gradient", e.gradient(), GoldenWeights.read(expected.get("penalty_gradient")), tolerance);
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void a_negative_importance_counts_as_zero_unless_it_is_kept(JsonNode golden) {
    JsonNode theta = golden.at("/inputs/hand_made/theta");
    JsonNode expected = golden.at("/expected/hand_made");
    for (boolean keep : new boolean[] {false, true}) {
      Sequence s = new Sequence(SI, settings(golden, Map.of("keep-negative", keep)));
      s.begin(vector("w", Golden.doubles(theta.get(0))));
      s.finish(
          vector("w", Golden.doubles(theta.get(theta.size() - 1))),
          vector("w", Golden.doubles(expected.get("omega"))));
      assertClose(
          "Omega, negative kept: " + keep,
          s.memory("omega"),
          vector("w", Golden.doubles(expected.get(keep ? "Omega" : "Omega_negative_cut_to_0"))),
          golden.at("/tolerance/float32"));
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void a_negative_sum_over_the_tasks_counts_as_zero_in_the_penalty(JsonNode golden) {
    Sequence s = new Sequence(SI, settings(golden, Map.of("keep-negative", true)));
    s.begin(vector("w", 0, 0));
    s.finish(vector("w", 1, 1), vector("w", -3, 2)); // Omega = omega / (1 + xi): the first < 0
    Sequence.Evaluated at = s.penaltyAt(vector("w", 3, 4));
    double c = golden.at("/hyper/c").asDouble();
    double second = 2 / (1 + golden.at("/hyper/xi").asDouble());
    JsonNode tolerance = golden.at("/tolerance/float32");
    assertClose("penalty", at.penalty(), c * second * 9, tolerance); // (4 - 1)^2
    assertClose("gradient", at.gradient(), vector("w", 0, 2 * c * second * 3), tolerance);
  }

  private static Map<String, Object> settings(JsonNode golden, Map<String, Object> more) {
    TreeMap<String, Object> all = new TreeMap<>(more);
    all.put("c", golden.at("/hyper/c").asDouble());
    all.put("xi", golden.at("/hyper/xi").asDouble());
    return all;
  }
}
