package io.github.palimpsest.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.engine.AdaptedBase;
import io.github.palimpsest.engine.weights.DenseWeights;
import io.github.palimpsest.testing.Golden;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The weights that a model sees through an adapter, next to PEFT's or those of its paper. */
@Tag("native")
class OtherImplementationTest {
  private static final JsonNode FILE = Golden.own("/papers/adapters.json");
  private static final String W = "fc1.weight";

  private static JsonNode input(String name) {
    return FILE.at("/inputs/" + name);
  }

  private static WeightSnapshot base() {
    Map<String, Shape> shapes = new TreeMap<>();
    Map<String, float[]> values = new TreeMap<>();
    for (ParameterSpec p : LoraTrainingTest.MODEL.parameters()) {
      shapes.put(p.name(), p.shape());
      values.put(p.name(), new float[Math.toIntExact(p.shape().size())]);
    }
    values.put(W, Golden.floats(input("W")));
    return WeightSnapshot.of(shapes, values);
  }

  /** The given values of what the adapter trains: A, B, D, or the entries of Q. */
  private static WeightSnapshot trained(BoundAdapter adapter) {
    Map<String, Shape> shapes = new TreeMap<>();
    Map<String, float[]> values = new TreeMap<>();
    for (ParameterSpec p : adapter.trainable()) {
      String name =
          p.name().equals(LowRank.a(W))
              ? "A"
              : p.name().equals(LowRank.b(W))
                  ? "B"
                  : p.name().equals(Osf.d(W)) ? "D" : p.shape().get(0) == 2 ? "Q2" : "Q4";
      shapes.put(p.name(), p.shape());
      values.put(p.name(), Golden.floats(input(name)));
    }
    return WeightSnapshot.of(shapes, values);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "lora | lora(rank=2, alpha=3, target=\"fc1.weight\")",
        "rslora | lora(rank=2, alpha=3, rslora=true, target=\"fc1.weight\")",
        "pissa | lora(rank=2, alpha=3, init=pissa, target=\"fc1.weight\")",
        "milora | lora(rank=2, alpha=3, init=milora, target=\"fc1.weight\")",
        "oplora | oplora(rank=2, alpha=3, preserve=2, target=\"fc1.weight\")",
        "osf | osf(keep=0.5, target=\"fc1.weight\")",
        "oft_neumann_2 | oft(block=2, form=neumann, target=\"fc1.weight\")",
        "oft_neumann_4 | oft(block=4, form=neumann, target=\"fc1.weight\")",
        "oft_exact_2 | oft(block=2, form=exact, target=\"fc1.weight\")",
        "oft_exact_4 | oft(block=4, form=exact, target=\"fc1.weight\")"
      })
  void an_adapter_gives_the_weights_of_another_implementation(String name, String recipe) {
    Adapter adapter =
        (Adapter) Plugins.onClassPath().component(RecipeText.parse(recipe).sum().get(0)).create();
    BoundAdapter bound = adapter.bind(LoraTrainingTest.MODEL.parameters());
    WeightSnapshot derived =
        AdaptedBase.of(LoraTrainingTest.MODEL, base(), bound, List.of(), AdaptedBase.rng(1, 0));
    bound.initial(derived, new Random(1));
    WeightSnapshot trained = trained(bound);
    double[] expected = Golden.doubles(FILE.at("/expected/" + name));
    double tolerance = FILE.at("/tolerance/absolute").asDouble();
    assertThat(Bench.doubles(bound.merge(trained, derived).copy(W)))
        .as("merged")
        .containsExactly(expected, within(tolerance));
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      try (Result seen =
          session
              .runner()
              .fetch(
                  bound
                      .effective(
                          tf,
                          Params.of(Bench.constants(tf, trained)),
                          new DenseWeights(tf, Bench.constants(tf, derived)))
                      .dense(W))
              .run()) {
        assertThat(Bench.doubles(Bench.floats((TFloat32) seen.get(0))))
            .as("in the graph")
            .containsExactly(expected, within(tolerance));
      }
    }
  }
}
