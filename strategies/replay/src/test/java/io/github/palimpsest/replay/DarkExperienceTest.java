package io.github.palimpsest.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.FinishedModel;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.rehearsal.RehearsalLoss.Mean;
import io.github.palimpsest.api.rehearsal.RehearsedBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

@Tag("native")
class DarkExperienceTest {
  /** Two rows of logits for each example, made of its id. */
  private static final FinishedModel MODEL =
      new SilentModel() {
        @Override
        public HostArray.Floats logits(Example e) {
          int n = e.id().length();
          return new HostArray.Floats(new float[] {n, n + 1, n + 2, n + 3}, 2, 2);
        }
      };

  private static final Example EXAMPLE = new Example("x", 2, new TreeMap<>());

  @Test
  void the_first_draw_brings_the_logits_and_the_second_the_labels_alone() {
    DarkExperience der = new DarkExperience(1, 1);
    List<Example> kept = der.kept(List.of(EXAMPLE), MODEL, new Random(1));
    assertThat(kept.get(0).fields().get("der.logits")).isEqualTo(MODEL.logits(EXAMPLE));
    List<Example> drawn = der.drawn(kept, () -> kept);
    assertThat(drawn).containsExactly(kept.get(0), EXAMPLE);
    assertThat(new DarkExperience(1, 0).drawn(kept, ArrayList::new))
        .as("DER draws once")
        .isEqualTo(kept);
  }

  @Test
  void the_losses_are_the_mean_squared_distance_of_the_logits_and_the_mean_loss() {
    // three examples of three predictions and two classes; rehearsed are 1, dark, and 2, not dark
    float[][][] z = {
      {{9, 9}, {9, 9}, {9, 9}}, {{1, 2}, {3, 4}, {7, 7}}, {{5, 5}, {5, 5}, {5, 5}},
    };
    float[][] counted = {{1, 1, 1}, {1, 2, 0}, {1, 0, 0}};
    float[][][] old = {{{0, 0}, {0, 0}}, {{1, 0}, {0, 4}}, {{0, 0}, {0, 0}}};
    double[] means = new double[2];
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Forward forward =
          Forward.of(
                  tf.constant(new float[] {30, 40, 50}),
                  tf.constant(new float[] {3, 3, 1}),
                  tf.constant(z))
              .weighing(tf.constant(counted));
      RehearsedBatch batch =
          new RehearsedBatch() {
            @Override
            public Operand<TFloat32> rehearsed() {
              return tf.constant(new float[] {0, 1, 1});
            }

            @Override
            public Operand<TFloat32> attached(String field) {
              return field.equals("der.logits")
                  ? tf.constant(old)
                  : tf.constant(new float[][][] {{{0}}, {{1}}, {{0}}});
            }
          };
      List<Mean> built = new DarkExperience(0.5, 2).means(tf, forward, batch);
      assertThat(built).extracting(Mean::factor).containsExactly(0.5, 2.0);
      for (int k = 0; k < 2; k++) {
        Operand<TFloat32> mean = tf.math.div(built.get(k).sum(), built.get(k).weight());
        try (TFloat32 value = (TFloat32) session.runner().fetch(mean).run().get(0)) {
          means[k] = value.getFloat();
        }
      }
    }
    // weights 1 and 2: (1 * (0 + 4) / 2 + 2 * (9 + 0) / 2) / 3
    assertThat(means[0]).isCloseTo((1 * 2.0 + 2 * 4.5) / 3, within(1e-6));
    assertThat(means[1]).isCloseTo(50.0 / 1, within(1e-6));
  }
}
