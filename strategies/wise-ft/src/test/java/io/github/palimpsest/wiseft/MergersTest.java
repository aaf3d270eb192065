package io.github.palimpsest.wiseft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.merger.MergeSite;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.recipe.RecipeText;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Closed forms and identities of every merger but {@code wise-ft}. */
final class MergersTest {
  private static final WeightSnapshot A = Weights.random(1, 200);
  private static final WeightSnapshot B = Weights.random(2, 200);
  private static final WeightSnapshot C = Weights.random(3, 200);

  static Merger merger(String text) {
    return (Merger) component(text).create();
  }

  private static Component<?> component(String text) {
    return Plugins.onClassPath()
        .component(Kind.MERGER, RecipeText.parse("x | " + text).pipe().get(0));
  }

  private static int[] bits(String merger, WeightSnapshot theta0, WeightSnapshot theta1) {
    return Weights.bits(merger(merger).apply(Weights.first(theta0, theta1)));
  }

  static float[] merged(String merger, WeightSnapshot theta0, WeightSnapshot theta1) {
    return merger(merger).apply(Weights.first(theta0, theta1)).copy("w");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "wise-ft(alpha=0)",
        "task-arithmetic(lambda=0)",
        "slerp(alpha=0)",
        "lines(alpha=0)",
        "dare(lambda=0)",
        "ties(lambda=0)",
        "ties(density=0)",
        "fapm(share=0)",
        "fisher-merging(alpha=0)"
      })
  void at_strength_zero_the_weights_are_those_before_training_bit_for_bit(String merger) {
    assertThat(bits(merger, A, B)).containsExactly(Weights.bits(A));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "wise-ft(alpha=1)",
        "task-arithmetic",
        "slerp(alpha=1)",
        "lines(alpha=1, beta=0)",
        "dare(p=0)",
        "ties(density=1)",
        "fapm(share=1)",
        "dg-hard",
        "intruders",
        "soup",
        "model-stock",
        "fisher-merging(alpha=1)"
      })
  void at_full_strength_the_weights_are_those_after_training_bit_for_bit(String merger) {
    assertThat(bits(merger, A, B)).containsExactly(Weights.bits(B));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "wise-ft",
        "task-arithmetic(lambda=0.3)",
        "slerp",
        "lines",
        "dare",
        "ties",
        "dg-hard",
        "fapm",
        "intruders",
        "soup",
        "model-stock",
        "fisher-merging"
      })
  void weights_that_training_left_alone_stay_as_they_are(String merger) {
    assertThat(bits(merger, A, A)).containsExactly(Weights.bits(A));
    assertThat(component(merger).traits().onset())
        .as("by default after the last task, so that training is shared")
        .isEqualTo(Onset.AFTER_TRAINING);
    assertThat(component(merger).traits().references()).isNotEmpty();
  }

  /** Two ends of three tensors that note which are read. */
  private static WeightSnapshot noting(int seed, List<String> reads) {
    Map<String, float[]> values = new TreeMap<>();
    for (String name : List.of("u", "v", "w")) {
      values.put(name, Weights.random(seed++, 50).copy("w"));
    }
    TreeMap<String, Shape> shapes = new TreeMap<>();
    values.forEach((name, v) -> shapes.put(name, Shape.of(v.length)));
    return WeightSnapshot.computed(
        shapes,
        name -> {
          reads.add(name);
          return values.get(name).clone();
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "wise-ft",
        "task-arithmetic",
        "slerp",
        "lines",
        "dare",
        "ties(trim=tensor)",
        "dg-hard",
        "fapm",
        "intruders",
        "soup",
        "model-stock",
        "wise-ft(from=previous)"
      })
  void a_merged_tensor_is_made_of_the_two_of_its_name_when_it_is_read(String merger) {
    List<String> reads = new ArrayList<>();
    WeightSnapshot theta0 = noting(1, reads);
    WeightSnapshot theta1 = noting(4, reads);
    MergeSite site = Weights.site(new TreeMap<>(Map.of("u", 0, "v", 1, "w", -1)));
    WeightSnapshot merged = merger(merger).apply(WeightHistory.of(theta0, theta0, theta1, 0, site));
    assertThat(reads).as("before anything is asked for").isEmpty();
    merged.copy("v");
    assertThat(reads).as("for one tensor").containsOnly("v").hasSizeBetween(2, 3);
  }

  @Test
  void merging_a_large_model_takes_memory_of_a_few_tensors_at_a_time() {
    int size = 1 << 18; // a megabyte each, 64 of them at each end
    TreeMap<String, Shape> shapes = new TreeMap<>();
    for (int i = 0; i < 64; i++) {
      shapes.put("w" + i, Shape.of(size));
    }
    WeightSnapshot theta0 = WeightSnapshot.computed(shapes, name -> new float[size]);
    WeightSnapshot theta1 = WeightSnapshot.computed(shapes, name -> new float[size]);
    TreeMap<String, Integer> layers = new TreeMap<>();
    shapes.keySet().forEach(name -> layers.put(name, -1));
    WeightSnapshot merged =
        merger("wise-ft").apply(WeightHistory.of(theta0, theta0, theta1, 0, Weights.site(layers)));
    com.sun.management.ThreadMXBean thread =
        ManagementFactory.getPlatformMXBean(com.sun.management.ThreadMXBean.class);
    long before = thread.getCurrentThreadAllocatedBytes();
    merged.read("w7");
    long allocated = thread.getCurrentThreadAllocatedBytes() - before;
    // the two read, a copy of each and the result; not two models of 64
    assertThat(allocated).isLessThan(6L * size * Float.BYTES);
  }

  @Test
  void task_arithmetic_goes_beyond_both_ends_of_the_line() {
    WeightSnapshot from = Weights.w(1, 2);
    WeightSnapshot to = Weights.w(3, 1);
    assertThat(merged("task-arithmetic(lambda=2)", from, to)).containsExactly(1 + 2 * 2, 2 - 2);
    assertThat(merged("task-arithmetic(lambda=-1)", from, to)).containsExactly(1 - 2, 2 + 1);
    assertThat(bits("task-arithmetic(lambda=0.3)", A, B))
        .as("between them it is wise-ft")
        .containsExactly(bits("wise-ft(alpha=0.3)", A, B));
  }

  @Test
  void slerp_walks_the_arc_at_constant_speed() {
    // from (3, 0) to (0, 3), a right angle: a third of the way is 30 degrees, on the same circle
    assertThat(merged("slerp(alpha=0.3333333333333333)", Weights.w(3, 0), Weights.w(0, 3)))
        .containsExactly(
            new float[] {
              (float) (3 * Math.cos(Math.toRadians(30))), (float) (3 * Math.sin(Math.toRadians(30)))
            },
            within(1e-6f));
  }

  @Test
  void slerp_of_parallel_opposite_or_zero_tensors_is_the_line() {
    WeightSnapshot twice =
        merger("task-arithmetic(lambda=-1)")
            .apply(Weights.first(A, Weights.w(new float[200]))); // 2 A
    WeightSnapshot minus = Weights.w(negative(A.copy("w")));
    WeightSnapshot zero = Weights.w(new float[200]);
    for (WeightSnapshot other : new WeightSnapshot[] {twice, minus, zero}) {
      assertThat(bits("slerp(alpha=0.3)", A, other))
          .containsExactly(bits("wise-ft(alpha=0.3)", A, other));
    }
  }

  private static float[] negative(float[] v) {
    for (int i = 0; i < v.length; i++) {
      v[i] = -v[i];
    }
    return v;
  }

  @Test
  void lines_scales_up_evenly_from_the_first_layer_to_the_last() {
    Map<String, Integer> layers = new TreeMap<>(Map.of("e", -1, "l0", 0, "l1", 1, "l2", 2));
    Map<String, float[]> zeros = new TreeMap<>();
    Map<String, float[]> ones = new TreeMap<>();
    layers.keySet().forEach(name -> zeros.put(name, new float[1]));
    layers.keySet().forEach(name -> ones.put(name, new float[] {1}));
    WeightSnapshot start = Weights.of(zeros);
    WeightSnapshot theta =
        merger("lines(alpha=0.25, beta=0.5)")
            .apply(WeightHistory.of(start, start, Weights.of(ones), 0, Weights.site(layers)));
    assertThat(theta.copy("e")).as("outside the layers alpha").containsExactly(0.25f);
    assertThat(theta.copy("l0")).as("alpha").containsExactly(0.25f);
    assertThat(theta.copy("l1")).as("alpha + beta / 2").containsExactly(0.5f);
    assertThat(theta.copy("l2")).as("alpha + beta").containsExactly(0.75f);
    assertThat(bits("lines(alpha=0.3, beta=0)", A, B))
        .as("without a slope it is wise-ft")
        .containsExactly(bits("wise-ft(alpha=0.3)", A, B));
  }

  @Test
  void dare_drops_the_declared_share_rescales_the_rest_and_reads_the_same_twice() {
    float[] zeros = new float[10_000];
    float[] ones = new float[10_000];
    java.util.Arrays.fill(ones, 1);
    WeightSnapshot theta =
        merger("dare(p=0.75)").apply(Weights.first(Weights.w(zeros), Weights.w(ones)));
    int dropped = 0;
    for (float v : theta.copy("w")) {
      assertThat(v).as("dropped, or 1 / (1 - p)").isIn(0f, 4f);
      dropped += v == 0 ? 1 : 0;
    }
    double deviation = Math.sqrt(10_000 * 0.75 * 0.25);
    assertThat((double) dropped).isCloseTo(7_500, within(4 * deviation));
    assertThat(Weights.bits(theta)).containsExactly(Weights.bits(theta));
    assertThat(bits("dare(p=0, lambda=0.3)", A, B))
        .as("nothing dropped")
        .containsExactly(bits("task-arithmetic(lambda=0.3)", A, B));
  }

  @Test
  void ties_of_the_last_two_changes_trims_elects_and_averages_what_agrees() {
    //                            agree, dispute, dispute, trimmed, one alone
    float[] before = {
      /* tau_1 */
      4, 5, -2, 0.5f, 0
    };
    float[] after = {
      /* tau_2 */
      4 + 2, 5 - 3, -2 + 6, 0.5f + 0.25f, 0 + 3
    };
    WeightSnapshot theta =
        merger("ties(density=0.8, vectors=last-two)")
            .apply(
                WeightHistory.of(
                    Weights.w(new float[5]), Weights.w(before), Weights.w(after), 1, Weights.SITE));
    // density 0.8 of 5 keeps 4: tau_1 loses its 0 and tau_2 its 0.25
    assertThat(theta.copy("w")).containsExactly((4 + 2) / 2f, 5, 6, 0.5f, 3);
  }

  @Test
  void ties_of_every_task_takes_each_change_from_the_pretrained_weights() {
    //                     agree, dispute, one of three, trimmed
    float[] first = {4, -3, 0, 0.5f};
    float[] second = {2, 5, 9, 0.5f};
    float[] third = {3, 4, 0, 0.5f};
    WeightSnapshot zero = Weights.w(new float[4]);
    WeightHistory history =
        WeightHistory.of(
            zero,
            Weights.w(second),
            Weights.w(third),
            2,
            Weights.SITE,
            List.of(Weights.w(first), Weights.w(second)));
    // density 0.75 of 4 keeps 3 of each: the 0.5 of the first and third stay, that of the second
    // goes; the sums are 9, 6, 9 and 1
    assertThat(merger("ties(density=0.75)").apply(history).copy("w"))
        .containsExactly((4 + 2 + 3) / 3f, (5 + 4) / 2f, 9, 0.5f);
    // of all 8 entries of two tensors together, the larger tensor has the largest
    WeightSnapshot both0 = Weights.of(Map.of("u", new float[4], "w", new float[4]));
    WeightSnapshot both1 =
        Weights.of(Map.of("u", new float[] {1, 2, 3, -4}, "w", new float[] {5, -6, 7, 8}));
    WeightSnapshot half = merger("ties(density=0.5)").apply(Weights.first(both0, both1));
    assertThat(half.copy("u")).containsExactly(0, 0, 0, 0);
    assertThat(half.copy("w")).containsExactly(5, -6, 7, 8);
  }

  @Test
  void a_soup_is_the_mean_over_tasks_and_stock_draws_it_back_by_the_angle() {
    WeightSnapshot zero = Weights.w(0, 0);
    float root = (float) Math.sqrt(3);
    Map<WeightSnapshot, Double> ratios =
        Map.of(
            Weights.w(0, 4), 0.0, // 90 degrees: 2 cos / (1 + cos) = 0
            Weights.w(2, 2 * root), 2 / 3.0, // 60 degrees: 1 / 1.5
            Weights.w(6, 0), 1.0, // the same direction
            Weights.w(-1, 1), 0.0); // beyond a right angle
    ratios.forEach(
        (second, ratio) -> {
          WeightSnapshot first = Weights.w(2, 0);
          WeightHistory history =
              WeightHistory.of(zero, first, second, 1, Weights.SITE, List.of(first));
          float[] mean = {(2 + second.copy("w")[0]) / 2, second.copy("w")[1] / 2};
          assertThat(merger("soup").apply(history).copy("w")).containsExactly(mean);
          assertThat(merger("model-stock").apply(history).copy("w"))
              .containsExactly(
                  new float[] {(float) (ratio * mean[0]), (float) (ratio * mean[1])},
                  within(1e-6f));
        });
    // three, of which two agree and the third is at right angles to them: c = 1/3, r = 3/3 / (1 +
    // 2/3)
    WeightSnapshot x = Weights.w(3, 0);
    WeightSnapshot y = Weights.w(0, 3);
    float[] stock =
        merger("model-stock")
            .apply(WeightHistory.of(zero, x, y, 2, Weights.SITE, List.of(x, x)))
            .copy("w");
    assertThat(stock).containsExactly(new float[] {0.6f * 2, 0.6f * 1}, within(1e-6f));
  }

  @Test
  void ties_of_one_task_at_full_density_is_task_arithmetic() {
    assertThat(bits("ties(density=1, lambda=0.3)", A, B))
        .containsExactly(bits("task-arithmetic(lambda=0.3)", A, B));
    assertThat(bits("ties(density=1)", A, A)).containsExactly(Weights.bits(A));
  }

  @Test
  void ties_keeps_the_largest_entries_of_one_task() {
    assertThat(merged("ties(density=0.5)", Weights.w(0, 0, 0, 0), Weights.w(3, -1, 2, -4)))
        .containsExactly(3, 0, 0, -4);
  }

  @Test
  void mergers_look_at_the_weights_before_the_task_or_before_all_tasks() {
    WeightHistory history = WeightHistory.of(A, B, C, 1, Weights.SITE);
    assertThat(Weights.bits(merger("slerp(alpha=0, from=previous)").apply(history)))
        .containsExactly(Weights.bits(B));
    assertThat(Weights.bits(merger("ties(lambda=0, vectors=last-two)").apply(history)))
        .containsExactly(Weights.bits(A));
    assertThatThrownBy(() -> merger("ties").apply(history))
        .as("the weights after the first task")
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("after task 0 are not kept");
  }
}
