package io.github.palimpsest.wiseft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.merger.MergeSite;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.probe.ProbeSite;
import io.github.palimpsest.testing.Golden;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Mergers next to another implementation of their papers' equations, in float64. */
class OtherImplementationTest {
  private static final JsonNode FILE = Golden.own("/papers/mergers.json");
  private static final WeightSnapshot PRETRAINED = snapshot("/inputs/pretrained");
  private static final WeightSnapshot STRONG = snapshot("/inputs/strong");
  private static final List<WeightSnapshot> TASKS =
      IntStream.range(0, 3).mapToObj(t -> snapshot("/inputs/after_task_" + t)).toList();
  private static final List<ParameterSpec> PARAMETERS =
      PRETRAINED.names().stream()
          .map(
              n ->
                  new ParameterSpec(
                      n,
                      PRETRAINED.shape(n),
                      ParameterSpec.Role.valueOf(at("/inputs/roles", n).asText()),
                      at("/inputs/layers", n).asInt()))
          .toList();

  /** A site whose Fishers are those of the file. */
  private static final MergeSite SITE =
      new MergeSite() {
        private final MergeSite streams = Weights.site(PARAMETERS);

        @Override
        public List<ParameterSpec> parameters() {
          return PARAMETERS;
        }

        @Override
        public RandomGenerator stream(String name) {
          return streams.stream(name);
        }

        @Override
        public WeightSnapshot meanSquaredGradient(
            WeightSnapshot at, int maxExamples, FinishedTask.Labels labels) {
          throw new UnsupportedOperationException("no merger here leaves the task open");
        }

        @Override
        public WeightSnapshot meanSquaredGradient(
            WeightSnapshot at, int task, int maxExamples, FinishedTask.Labels labels) {
          String name = PARAMETERS.get(0).name();
          boolean before = Arrays.equals(at.copy(name), PRETRAINED.copy(name));
          return snapshot("/inputs/fisher_" + (before ? "before" : "after"));
        }

        @Override
        public WeightSnapshot inputMoments(
            WeightSnapshot at, int task, Set<String> kernels, int maxExamples) {
          throw new UnsupportedOperationException("no merger here asks for inputs");
        }
      };

  private static JsonNode at(String path, String name) {
    return FILE.at(path).get(name);
  }

  private static WeightSnapshot snapshot(String path) {
    Map<String, Shape> shapes = new TreeMap<>();
    Map<String, float[]> values = new TreeMap<>();
    for (Map.Entry<String, JsonNode> e : FILE.at(path).properties()) {
      shapes.put(e.getKey(), Golden.shape(e.getValue()));
      values.put(e.getKey(), Golden.floats(e.getValue()));
    }
    return WeightSnapshot.of(shapes, values);
  }

  private static DynamicTest check(String name, Merger merger, WeightSnapshot last) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          WeightSnapshot merged =
              merger.apply(
                  WeightHistory.of(PRETRAINED, TASKS.get(1), last, 2, SITE, TASKS.subList(0, 2)));
          double rtol = FILE.at("/tolerance/rtol").asDouble();
          double atol = FILE.at("/tolerance/atol").asDouble();
          for (String n : PRETRAINED.names()) {
            float[] actual = merged.copy(n);
            double[] expected = Golden.doubles(at("/expected/" + name, n));
            assertThat(actual).hasSameSizeAs(expected);
            for (int i = 0; i < actual.length; i++) {
              assertThat((double) actual[i])
                  .as("%s[%d]", n, i)
                  .isCloseTo(expected[i], within(atol + rtol * Math.abs(expected[i])));
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> each_merger_gives_the_weights_of_its_paper() {
    WeightSnapshot last = TASKS.get(2);
    return Stream.of(
        check("slerp", new Slerp(0.3, From.PRETRAINED), last),
        check("lines", new LiNeS(0.4, 0.5, From.PRETRAINED), last),
        check("wise_ft", new WiseFt(0.3, From.PRETRAINED), last),
        check("fisher_merging", new FisherMerging(0.3, 8, 0.1, false, From.PRETRAINED), last),
        check(
            "fisher_merging_normalized",
            new FisherMerging(0.3, 8, 0.1, true, From.PRETRAINED),
            last),
        check("task_arithmetic", new TaskArithmetic(1.7, From.PRETRAINED), last),
        check("soup", new Soup(), last),
        check("model_stock", new ModelStock(), last),
        check("dare", new Dare(0.4, 1.3, From.PRETRAINED), last),
        check("intruders", new Intruders(0.25, 2, 0.75, From.PRETRAINED), STRONG));
  }

  @Test
  void intruders_are_counted_as_in_the_paper() {
    ProbeSite site =
        new ProbeSite() {
          @Override
          public List<ParameterSpec> parameters() {
            return PARAMETERS;
          }

          @Override
          public WeightSnapshot weights() {
            return STRONG;
          }

          @Override
          public WeightSnapshot pretrained() {
            return PRETRAINED;
          }

          @Override
          public double loss(WeightSnapshot at) {
            throw new UnsupportedOperationException();
          }

          @Override
          public WeightSnapshot gradient(WeightSnapshot at) {
            throw new UnsupportedOperationException();
          }

          @Override
          public double divergence(WeightSnapshot from, WeightSnapshot to) {
            throw new UnsupportedOperationException();
          }

          @Override
          public List<HostArray.Floats> representations(WeightSnapshot at) {
            throw new UnsupportedOperationException();
          }
        };
    Map<String, Double> measured = new IntruderShare(2, 0.75).measure(site, new Random(1));
    for (String what : List.of("intruders", "share", "energy")) {
      assertThat(measured.get(what))
          .as(what)
          .isCloseTo(at("/expected/intruder_share", what).asDouble(), within(1e-6));
    }
  }
}
