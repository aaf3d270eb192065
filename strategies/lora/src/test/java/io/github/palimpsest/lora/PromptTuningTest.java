package io.github.palimpsest.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.adapter.InputRows;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.inference.InputRoom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class PromptTuningTest {
  private static final String TABLE = "embed.weight";
  private static final String ROWS = InputRows.name(TABLE);

  private static BoundAdapter bound(int tokens, String init) {
    return Bench.adapter(
            PromptTuning.PROVIDER,
            Map.of("tokens", new Value.Num(tokens), "init", Value.Call.word(init)))
        .bind(Bench.SPECS);
  }

  private static RandomGenerator stream() {
    return Streams.stream(7, "adapter", 0, 0);
  }

  @Test
  void the_vectors_before_the_input_are_trained_and_nothing_else() {
    BoundAdapter bound = bound(4, "vocabulary");
    assertThat(bound.trainable())
        .containsExactly(
            new ParameterSpec(ROWS, Shape.of(4, Bench.IN), ParameterSpec.Role.ADAPTER));
    assertThat(bound.inputRows().orElseThrow().table()).isEqualTo(TABLE);
    assertThat(bound.added()).isEmpty();
    assertThat(PromptTuning.PROVIDER.promises(Bench.settings(PromptTuning.PROVIDER, Map.of())))
        .contains(Promise.UNMERGEABLE, Promise.FREEZES_BASE);
  }

  @Test
  void the_effective_weights_are_the_base_with_the_trained_rows_before_the_table() {
    BoundAdapter bound = bound(2, "random");
    WeightSnapshot p = Bench.random(bound.trainable(), new Random(8));
    float[] c = new float[2 * Bench.IN];
    for (int i = 0; i < c.length; i++) {
      c[i] = 0.5f * i - 3;
    }
    Bench.Answer answer =
        Bench.ask(bound, p, c, (tf, at) -> tf.math.square(at.rowsBefore(TABLE).orElseThrow()));
    float[] rows = p.copy(ROWS);
    for (int i = 0; i < c.length; i++) {
      assertThat(answer.y()[i]).isEqualTo(rows[i] * rows[i]);
      assertThat(answer.gradients().get(ROWS)[i]).isEqualTo(2 * rows[i] * c[i]);
    }
    WeightSnapshot merged = bound.merge(p, Bench.base());
    assertThat(merged.copy(ROWS)).containsExactly(rows);
    for (String name : Bench.base().names()) {
      assertThat(merged.copy(name)).as(name).containsExactly(Bench.base().copy(name));
    }
  }

  @Test
  void initial_vectors_are_different_rows_of_the_table_as_long_as_there_are_enough() {
    float[] table = Bench.base().copy(TABLE); // 9 rows
    float[] rows = bound(11, "vocabulary").initial(Bench.base(), stream()).copy(ROWS);
    List<Integer> ids = Arrays.asList(new Integer[11]);
    for (int row = 0; row < 11; row++) {
      for (int id = 0; id < 9; id++) {
        if (Arrays.equals(
            table,
            id * Bench.IN,
            (id + 1) * Bench.IN,
            rows,
            row * Bench.IN,
            (row + 1) * Bench.IN)) {
          ids.set(row, id);
        }
      }
    }
    assertThat(ids).doesNotContainNull();
    assertThat(ids.subList(0, 9)).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(ids.subList(0, 9)).as("drawn").isNotEqualTo(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8));
  }

  @Test
  void rows_beyond_the_first_5000_are_never_drawn() {
    List<ParameterSpec> specs =
        List.of(new ParameterSpec(TABLE, Shape.of(5001, 1), ParameterSpec.Role.EMBEDDING));
    float[] table = new float[5001];
    for (int id = 0; id < table.length; id++) {
      table[id] = id;
    }
    WeightSnapshot base = WeightSnapshot.of(Map.of(TABLE, Shape.of(5001, 1)), Map.of(TABLE, table));
    float[] rows =
        Bench.adapter(PromptTuning.PROVIDER, Map.of("tokens", new Value.Num(5000)))
            .bind(specs)
            .initial(base, stream())
            .copy(ROWS);
    Arrays.sort(rows);
    for (int id = 0; id < rows.length; id++) {
      assertThat(rows[id]).isEqualTo(id);
    }
  }

  @Test
  void random_vectors_are_uniform_in_half_a_unit_around_0() {
    float[] p = bound(1000, "random").initial(Bench.base(), stream()).copy(ROWS);
    double sum = 0;
    double squares = 0;
    for (float v : p) {
      assertThat(v).isBetween(-0.5f, 0.5f);
      sum += v;
      squares += (double) v * v;
    }
    // 7000 draws: deviation of the mean sqrt(1/12/7000) = 0.0035, of the mean square 0.00089
    assertThat(sum / p.length).isBetween(-0.014, 0.014);
    assertThat(squares / p.length).isBetween(1 / 12.0 - 0.0036, 1 / 12.0 + 0.0036);
  }

  @Test
  void settings_and_models_that_do_not_fit_are_refused() {
    assertThatThrownBy(() -> bound(0, "random"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("tokens")
        .hasMessageContaining("0");
    assertThatThrownBy(() -> bound(3, "uniform"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("vocabulary, random");
    assertThatThrownBy(
            () -> Bench.adapter(PromptTuning.PROVIDER, Map.of()).bind(Bench.SPECS.subList(1, 4)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("finds no table of tokens");
    assertThatThrownBy(
            () ->
                LoraTrainingTest.loop(
                    Seats.of(LoraTrainingTest.SGD)
                        .with(Bench.adapter(PromptTuning.PROVIDER, Map.of())),
                    1))
        .as("a classifier of vectors")
        .isInstanceOf(PalimpsestException.class);
  }

  @Test
  void a_model_that_takes_no_rows_refuses_them_before_the_first_step() {
    assertThatThrownBy(
            () ->
                InputRoom.of(LoraTrainingTest.MODEL, bound(2, "random").inputRows().orElseThrow()))
        .isInstanceOf(RuleViolationException.class)
        .hasMessageContaining("2 rows before the input, and this model takes none")
        .hasMessageContaining("(rule input-rows)");
  }
}
