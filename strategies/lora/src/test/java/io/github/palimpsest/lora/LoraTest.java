package io.github.palimpsest.lora;

import static io.github.palimpsest.lora.Bench.IN;
import static io.github.palimpsest.lora.Bench.KERNEL;
import static io.github.palimpsest.lora.Bench.OTHER;
import static io.github.palimpsest.lora.Bench.OUT;
import static io.github.palimpsest.lora.Bench.doubles;
import static io.github.palimpsest.lora.Bench.rounded;
import static io.github.palimpsest.lora.Bench.times;
import static io.github.palimpsest.lora.Bench.transposed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.recipe.Value;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("native")
class LoraTest {
  private static final int N = 3;
  private static final int RANK = 2;
  private static final float[] X = random(N * IN, 1);
  private static final float[] C = random(N * OUT, 2);

  private static float[] random(int size, long seed) {
    return Bench.random(
            List.of(new ParameterSpec("x", Shape.of(size), Role.BIAS)), new Random(seed))
        .copy("x");
  }

  static List<AdapterProvider> providers() {
    return List.of(Lora.PROVIDER, Dora.PROVIDER);
  }

  /** Rank 2, alpha 3, on q_proj alone. */
  private static BoundAdapter bound(AdapterProvider provider) {
    return bound(provider, Map.of());
  }

  private static BoundAdapter bound(AdapterProvider provider, Map<String, Value> more) {
    Map<String, Value> written = new TreeMap<>(more);
    written.putIfAbsent("rank", new Value.Num(RANK));
    written.putIfAbsent("alpha", new Value.Num(3));
    return Bench.adapter(provider, written).bind(Bench.SPECS);
  }

  private static Bench.Answer product(BoundAdapter adapter, WeightSnapshot trainable, String k) {
    return Bench.ask(
        adapter, trainable, C, (tf, w) -> w.matMul(Bench.constant(tf, Shape.of(N, IN), X), k));
  }

  @ParameterizedTest
  @MethodSource("providers")
  void at_the_start_the_effective_weights_are_the_base_exactly(AdapterProvider provider) {
    BoundAdapter adapter = bound(provider);
    WeightSnapshot fresh = adapter.initial(Bench.base(), new Random(6));
    BoundAdapter none =
        new Lora(
                new LowRank(
                    PerModule.of(1),
                    PerModule.of(0),
                    false,
                    Pattern.compile(".*"),
                    Start.DEFAULT,
                    1,
                    0),
                false)
            .bind(Bench.SPECS);
    WeightSnapshot nothing = none.initial(Bench.base(), new Random(1));
    assertThat(product(adapter, fresh, KERNEL).y())
        .as("x W")
        .containsExactly(product(none, nothing, KERNEL).y());
    assertThat(Bench.ask(adapter, fresh, random(IN * OUT, 3), (tf, w) -> w.dense(KERNEL)).y())
        .as("W")
        .containsExactly(Bench.base().copy(KERNEL));
    WeightSnapshot merged = adapter.merge(fresh, Bench.base());
    for (String name : Bench.base().names()) {
      assertThat(merged.copy(name)).as("merged %s", name).containsExactly(Bench.base().copy(name));
    }
  }

  @Test
  void the_product_and_the_dense_kernel_are_those_of_w_plus_s_a_b() {
    BoundAdapter adapter = bound(Lora.PROVIDER);
    WeightSnapshot trained = Bench.random(adapter.trainable(), new Random(8));
    double[] w = changed(trained, 1.5);
    assertThat(product(adapter, trained, KERNEL).y())
        .as("x (W + 3/2 A B)")
        .containsExactly(rounded(times(doubles(X), w, IN)), within(1e-4f));
    assertThat(Bench.ask(adapter, trained, random(IN * OUT, 3), (tf, v) -> v.dense(KERNEL)).y())
        .as("W + 3/2 A B")
        .containsExactly(rounded(w), within(1e-5f));
    assertThat(adapter.merge(trained, Bench.base()).copy(KERNEL))
        .as("merged")
        .containsExactly(rounded(w));
  }

  @Test
  void rslora_divides_alpha_by_the_root_of_the_rank() {
    BoundAdapter adapter = bound(Lora.PROVIDER, Map.of("rslora", new Value.Flag(true)));
    WeightSnapshot trained = Bench.random(adapter.trainable(), new Random(8));
    assertThat(adapter.merge(trained, Bench.base()).copy(KERNEL))
        .containsExactly(rounded(changed(trained, 3 / Math.sqrt(RANK))));
  }

  @Test
  void the_gradients_are_those_of_the_thin_matrices() {
    BoundAdapter adapter = bound(Lora.PROVIDER);
    WeightSnapshot trained = Bench.random(adapter.trainable(), new Random(8));
    Map<String, float[]> g = product(adapter, trained, KERNEL).gradients();
    double[] a = doubles(trained.copy(LowRank.a(KERNEL)));
    double[] b = doubles(trained.copy(LowRank.b(KERNEL)));
    double[] xc = times(transposed(doubles(X), IN), doubles(C), N); // dW = x^T c
    assertThat(g.get(LowRank.a(KERNEL)))
        .as("dA = s dW B^T")
        .containsExactly(rounded(scaled(1.5, times(xc, transposed(b, OUT), OUT))), within(1e-4f));
    assertThat(g.get(LowRank.b(KERNEL)))
        .as("dB = s A^T dW")
        .containsExactly(rounded(scaled(1.5, times(transposed(a, RANK), xc, IN))), within(1e-4f));
  }

  @Test
  void a_product_never_forms_the_dense_kernel_or_its_gradient() {
    BoundAdapter adapter = bound(Lora.PROVIDER);
    WeightSnapshot trained = Bench.random(adapter.trainable(), new Random(8));
    assertThat(product(adapter, trained, KERNEL).shapesInGraph())
        .as("shapes in the graph")
        .contains(Shape.of(N, OUT), Shape.of(N, RANK))
        .doesNotContain(Shape.of(IN, OUT), Shape.of(OUT, IN));
  }

  @ParameterizedTest
  @MethodSource("providers")
  void what_is_not_adapted_passes_through(AdapterProvider provider) {
    BoundAdapter adapter = bound(provider, Map.of("target", new Value.Text(".*(q|k)_proj.weight")));
    WeightSnapshot trained = Bench.random(adapter.trainable(), new Random(8));
    assertThat(adapter.trainable()).as("two kernels").hasSizeGreaterThanOrEqualTo(4);
    BoundAdapter one = bound(provider);
    WeightSnapshot merged = one.merge(trained, Bench.base());
    for (String name : List.of(OTHER, "embed.weight", "norm.weight")) {
      assertThat(merged.copy(name)).as(name).containsExactly(Bench.base().copy(name));
    }
    assertThat(merged.names()).isEqualTo(Bench.base().names());
    assertThat(merged.shape(KERNEL)).isEqualTo(Shape.of(IN, OUT));
  }

  @ParameterizedTest
  @MethodSource("providers")
  void trained_parameters_have_names_and_shapes_of_their_own(AdapterProvider provider) {
    List<ParameterSpec> trained = bound(provider).trainable();
    assertThat(trained)
        .contains(
            new ParameterSpec("lora_A." + KERNEL, Shape.of(IN, RANK), Role.ADAPTER, 3),
            new ParameterSpec("lora_B." + KERNEL, Shape.of(RANK, OUT), Role.ADAPTER, 3));
    assertThat(trained).extracting(ParameterSpec::name).doesNotContain(KERNEL, OTHER);
    assertThat(bound(provider).initial(Bench.base(), new Random(1)).names())
        .hasSameElementsAs(trained.stream().map(ParameterSpec::name).toList());
  }

  @Test
  void a_is_drawn_uniformly_up_to_one_over_the_root_of_its_inputs_and_b_is_zero() {
    float[] a = LowRank.uniform(Shape.of(100, 50), new Random(3));
    double largest = 0;
    double squares = 0;
    for (float v : a) {
      largest = Math.max(largest, Math.abs(v));
      squares += v * v;
    }
    assertThat(largest).as("bound 1/sqrt(100)").isBetween(0.0999, 0.1);
    // variance of U(-b, b) is b^2/3; its estimate from 5000 draws is off by 1.3 % at one sigma
    assertThat(squares / a.length).as("variance").isCloseTo(0.01 / 3, within(0.05 * 0.01 / 3));
    WeightSnapshot fresh = bound(Lora.PROVIDER).initial(Bench.base(), new Random(1));
    assertThat(fresh.copy(LowRank.b(KERNEL))).containsOnly(0f);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void a_target_without_a_kernel_is_refused_with_the_names_of_some(AdapterProvider provider) {
    assertThatThrownBy(() -> bound(provider, Map.of("target", new Value.Text("nothing"))))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("\"nothing\"")
        .hasMessageContaining(KERNEL)
        .hasMessageContaining(OTHER);
    assertThatThrownBy(() -> bound(provider, Map.of("target", new Value.Text("embed.*"))))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("only 'embed.weight' of role embedding");
  }

  @ParameterizedTest
  @MethodSource("providers")
  void merging_after_a_task_excludes_what_anchors_the_adapter_and_keeping_it_what_repels_it(
      AdapterProvider p) {
    Map<String, Value> merging = Map.of("merge-after-task", new Value.Flag(true));
    assertThat(p.traits(Bench.settings(p, merging)).conflicts()).contains(new ComponentId("ewc"));
    assertThat(p.traits(Bench.settings(p, Map.of())).conflicts())
        .as("an adapter that is kept would be kept away from itself")
        .containsExactly(new ComponentId("o-lora"));
    assertThat(Bench.adapter(p, merging).mergesAfterTask()).isTrue();
    assertThat(Bench.adapter(p, Map.of()).mergesAfterTask()).isFalse();
  }

  @Test
  void dora_scales_each_column_to_its_own_magnitude() {
    BoundAdapter adapter = bound(Dora.PROVIDER);
    WeightSnapshot trained = Bench.random(adapter.trainable(), new Random(8));
    double[] factor = factors(trained);
    double[] w = changed(trained, 1.5);
    for (int i = 0; i < w.length; i++) {
      w[i] *= factor[i % OUT];
    }
    assertThat(product(adapter, trained, KERNEL).y())
        .as("x W'")
        .containsExactly(rounded(times(doubles(X), w, IN)), within(1e-4f));
    assertThat(adapter.merge(trained, Bench.base()).copy(KERNEL))
        .as("merged")
        .containsExactly(rounded(w), within(1e-5f));
  }

  @Test
  void dora_holds_the_norm_constant_in_the_gradient() {
    BoundAdapter adapter = bound(Dora.PROVIDER);
    WeightSnapshot trained = Bench.random(adapter.trainable(), new Random(8));
    Map<String, float[]> g = product(adapter, trained, KERNEL).gradients();
    double[] factor = factors(trained);
    double[] v = changed(trained, 1.5);
    double[] dw = times(transposed(doubles(X), IN), doubles(C), N);
    double[] norm = norms(v);
    double[] dd = new double[OUT]; // d(sum c y)/d d_j = sum_i dW_ij V_ij / |V_j|
    for (int i = 0; i < dw.length; i++) {
      dd[i % OUT] += dw[i] * v[i] / norm[i % OUT];
      dw[i] *= factor[i % OUT];
    }
    double[] a = doubles(trained.copy(LowRank.a(KERNEL)));
    assertThat(g.get(LowRank.b(KERNEL)))
        .as("dB = s A^T (dW * factor)")
        .containsExactly(rounded(scaled(1.5, times(transposed(a, RANK), dw, IN))), within(1e-4f));
    assertThat(g.get(Dora.d(KERNEL))).as("dd").containsExactly(rounded(dd), within(1e-4f));
  }

  private static double[] changed(WeightSnapshot trained, double s) {
    double[] ab =
        times(
            doubles(trained.copy(LowRank.a(KERNEL))),
            doubles(trained.copy(LowRank.b(KERNEL))),
            RANK);
    double[] w = doubles(Bench.base().copy(KERNEL));
    for (int i = 0; i < w.length; i++) {
      w[i] += s * ab[i];
    }
    return w;
  }

  /** {@code (|W| + d) / |V|} by column. */
  private static double[] factors(WeightSnapshot trained) {
    double[] w = norms(doubles(Bench.base().copy(KERNEL)));
    double[] v = norms(changed(trained, 1.5));
    double[] d = doubles(trained.copy(Dora.d(KERNEL)));
    double[] f = new double[OUT];
    for (int j = 0; j < OUT; j++) {
      f[j] = (w[j] + d[j]) / v[j];
    }
    return f;
  }

  private static double[] norms(double[] kernel) {
    double[] n = new double[OUT];
    for (int i = 0; i < kernel.length; i++) {
      n[i % OUT] += kernel[i] * kernel[i];
    }
    for (int j = 0; j < OUT; j++) {
      n[j] = Math.sqrt(n[j]);
    }
    return n;
  }

  private static double[] scaled(double s, double[] x) {
    double[] y = x.clone();
    for (int i = 0; i < y.length; i++) {
      y[i] *= s;
    }
    return y;
  }
}
