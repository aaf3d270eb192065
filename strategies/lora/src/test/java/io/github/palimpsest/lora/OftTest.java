package io.github.palimpsest.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.adapter.PeftAdapter;
import io.github.palimpsest.api.adapter.PeftExport;
import io.github.palimpsest.api.adapter.PeftImport;
import io.github.palimpsest.api.adapter.PeftReader;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.engine.weights.DenseWeights;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Rotations of two inputs in closed form, and the adapter in PEFT's form. */
@Tag("native")
class OftTest {
  private static final String KERNEL = "layers.0.q_proj.weight";
  private static final double ANGLE = 0.3;

  /** Two inputs, two outputs. */
  private static final float[] W = {1, 2, -1, 3};

  private static BoundAdapter bound(int in, String... settings) {
    TreeMap<String, Value> written = new TreeMap<>();
    for (String s : settings) {
      String[] pair = s.split("=");
      written.put(
          pair[0],
          pair[0].equals("form")
              ? Value.Call.word(pair[1])
              : new Value.Num(Double.parseDouble(pair[1])));
    }
    return Bench.adapter(Oft.PROVIDER, written).bind(specs(in));
  }

  private static List<ParameterSpec> specs(int in) {
    return List.of(new ParameterSpec(KERNEL, Shape.of(in, 2), Role.KERNEL, 0));
  }

  private static WeightSnapshot one(String name, Shape shape, float... values) {
    return WeightSnapshot.of(Map.of(name, shape), Map.of(name, values));
  }

  /** {@code R = [[a, c], [-c, a]]} of {@code Q = [[0, q], [-q, 0]]}, where Q^2 = -q^2 I. */
  private static double[] rotation(Rotation form, double q) {
    return form == Rotation.NEUMANN
        ? new double[] {1 - 2 * q * q + q * q * q * q, 2 * q - 2 * q * q * q}
        : new double[] {(1 - q * q) / (1 + q * q), -2 * q / (1 + q * q)};
  }

  private static double[] rotated(Rotation form, double q) {
    double[] r = rotation(form, q);
    return new double[] {
      r[0] * W[0] + r[1] * W[2],
      r[0] * W[1] + r[1] * W[3],
      -r[1] * W[0] + r[0] * W[2],
      -r[1] * W[1] + r[0] * W[3]
    };
  }

  @ParameterizedTest
  @EnumSource(Rotation.class)
  void two_inputs_are_rotated_by_the_closed_form(Rotation form) {
    BoundAdapter oft = bound(2, "form=" + form.name().toLowerCase(java.util.Locale.ROOT));
    WeightSnapshot trained = one(Oft.q(KERNEL), Shape.of(1, 1), (float) ANGLE);
    WeightSnapshot base = one(KERNEL, Shape.of(2, 2), W);
    double[] expected = rotated(form, ANGLE);
    assertThat(Bench.doubles(oft.merge(trained, base).copy(KERNEL)))
        .as("merged")
        .containsExactly(expected, within(1e-6));
    // d/dq sum W' by differences of the closed form
    double h = 1e-5;
    double slope =
        (Arrays.stream(rotated(form, ANGLE + h)).sum()
                - Arrays.stream(rotated(form, ANGLE - h)).sum())
            / (2 * h);
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Tensors q = Bench.constants(tf, trained);
      Operand<TFloat32> w =
          oft.effective(tf, Params.of(q), new DenseWeights(tf, Bench.constants(tf, base)))
              .dense(KERNEL);
      Operand<TFloat32> sum = tf.sum(w, tf.constant(new int[] {0, 1}));
      Operand<TFloat32> gradient = tf.gradients(sum, List.of(q.get(Oft.q(KERNEL)))).dy(0);
      try (Result result = session.runner().fetch(w).fetch(gradient).run()) {
        assertThat(Bench.doubles(Bench.floats((TFloat32) result.get(0))))
            .as("in the graph")
            .containsExactly(expected, within(1e-6));
        assertThat((double) Bench.floats((TFloat32) result.get(1))[0])
            .as("the derivative by q")
            .isCloseTo(slope, within(1e-4));
      }
    }
  }

  @Test
  void the_exact_form_keeps_every_length_and_angle() {
    BoundAdapter oft = bound(12, "form=exact", "block=6");
    WeightSnapshot trained = Bench.random(oft.trainable(), new Random(5));
    WeightSnapshot base = Bench.random(specs(12), new Random(6));
    assertThat(gram(oft.merge(trained, base)))
        .as("W'^T W' = W^T W")
        .containsExactly(gram(base), within(1e-4));
  }

  /** The products of the columns with each other. */
  private static double[] gram(WeightSnapshot of) {
    double[] w = Bench.doubles(of.copy(KERNEL));
    return Bench.times(Bench.transposed(w, 2), w, w.length / 2);
  }

  @Test
  void a_block_that_does_not_divide_the_inputs_becomes_the_nearest_that_does() {
    assertThat(Oft.nearest(24, 7)).as("of 6 and 8 the smaller").isEqualTo(6);
    assertThat(Oft.nearest(37, 32)).as("1 is farther than 37").isEqualTo(37);
    assertThat(Oft.nearest(16, 32)).as("not more than there are").isEqualTo(16);
    assertThatThrownBy(() -> bound(7, "block=2"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("setting 'block': 2: kernel '" + KERNEL + "' of shape [7, 2]");
  }

  private static SortedMap<String, Object> config(UnaryOperator<TreeMap<String, Object>> change) {
    BoundAdapter oft = bound(12, "block=4");
    WeightSnapshot base = Bench.random(specs(12), new Random(6));
    WeightSnapshot trained = Bench.random(oft.trainable(), new Random(5));
    PeftAdapter peft = oft.capability(PeftExport.class).orElseThrow().toPeft(trained, base);
    return change.apply(new TreeMap<>(peft.config()));
  }

  private static Value.Call read(SortedMap<String, Object> config) {
    return Oft.PROVIDER.capability(PeftReader.class).orElseThrow().recipe(config).orElseThrow();
  }

  @Test
  void an_adapter_goes_to_peft_and_comes_back() {
    BoundAdapter oft = bound(12, "block=4");
    WeightSnapshot base = Bench.random(specs(12), new Random(6));
    WeightSnapshot trained = Bench.random(oft.trainable(), new Random(5));
    PeftAdapter peft = oft.capability(PeftExport.class).orElseThrow().toPeft(trained, base);
    assertThat(peft.tensors().names())
        .containsExactly("base_model.model.layers.0.q_proj.oft_R.weight");
    BoundAdapter again =
        Bench.adapter(Oft.PROVIDER, read(peft.config()).arguments()).bind(specs(12));
    assertThat(
            again
                .capability(PeftImport.class)
                .orElseThrow()
                .fromPeft(peft.tensors(), base)
                .copy(Oft.q(KERNEL)))
        .containsExactly(trained.copy(Oft.q(KERNEL)));
  }

  @Test
  void what_another_rotation_would_be_is_refused_by_name() {
    Map<String, Object> others =
        Map.of(
            "module_dropout",
            0.1,
            "coft",
            true,
            "block_share",
            true,
            "num_cayley_neumann_terms",
            4,
            "peft_version",
            "0.17.1",
            "r",
            8);
    others.forEach(
        (key, value) ->
            assertThatThrownBy(
                    () ->
                        read(
                            config(
                                c -> {
                                  c.put(key, value);
                                  return c;
                                })))
                .as("%s=%s", key, value)
                .isInstanceOf(PalimpsestException.class)
                .hasMessageContaining("'" + key + "' is " + value));
  }
}
