package io.github.palimpsest.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.model.FinishedTask.Estimate;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Space;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.engine.device.Device;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

@Tag("native")
class FisherPassTest {
  /** Weight, two features and a target of each example; its gradient is n (x.w - y) x. */
  private static final double[][] ROWS = {
    {1, 1, 0, 2}, {7, 0, 1, -1}, {2, 1, 1, 0.5}, {3, -1, 2, 1}
  };

  private static final double[] W = {1, -2};

  private static float[] fisher(Estimate how) {
    List<float[]> found = new ArrayList<>();
    Regularizer recording =
        site ->
            new BoundRegularizer() {
              @Override
              public Operand<TFloat32> penalty(LossPoint point) {
                // a penalty that must not enter the Fisher
                return site.tf()
                    .math
                    .mul(site.tf().constant(100f), point.at().tensors().sum(site.tf()));
              }

              @Override
              public void afterTask(FinishedTask task) {
                found.add(task.meanSquaredGradient(how).copy(LinearModel.W));
              }
            };
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < ROWS.length; i++) {
      double[] r = ROWS[i];
      examples.add(
          LinearModel.example("e" + i, (int) r[0], (float) r[1], (float) r[2], (float) r[3]));
    }
    TaskLoop loop =
        new TaskLoop(
            new LinearModel(),
            LinearModel.weights((float) W[0], (float) W[1]),
            Seats.of(c -> new Updates(c.params().tensors().map(c.tf()::zerosLike)))
                .with("0", recording),
            Training.epochs(1, 3),
            3,
            List.of(TaskData.of(0, "a", examples), TaskData.of(1, "b", examples)),
            Device.CPU,
            null);
    loop.train(StepListener.NONE);
    loop.train(StepListener.NONE);
    return found.get(0);
  }

  private static double[][] gradients() {
    double[][] all = new double[ROWS.length][2];
    for (int i = 0; i < ROWS.length; i++) {
      double error = ROWS[i][1] * W[0] + ROWS[i][2] * W[1] - ROWS[i][3];
      for (int j = 0; j < 2; j++) {
        all[i][j] = ROWS[i][0] * error * ROWS[i][1 + j];
      }
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 100})
  void it_squares_each_gradient_or_the_mean_of_a_batch_as_asked(int batch) {
    double[] expected = new double[2];
    for (int j = 0; j < 2; j++) {
      double squares = 0;
      double mean = 0;
      for (double[] g : gradients()) {
        squares += g[j] * g[j] / ROWS.length;
        mean += g[j] / ROWS.length;
      }
      expected[j] = batch == 1 ? squares : mean * mean;
    }
    assertThat(fisher(Estimate.of(100).batch(batch)))
        .containsExactly(new float[] {(float) expected[0], (float) expected[1]}, within(1e-3f));
  }

  /** Three of four in batches of two: the mean of a pair's square and of a single one's. */
  @Test
  void a_last_batch_that_is_not_full_counts_as_one() {
    float[] both = fisher(Estimate.of(3).batch(2).space(Space.EFFECTIVE));
    double[][] g = gradients();
    List<Double> possible = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      for (int k = 0; k < 4; k++) {
        for (int l = 0; l < 4; l++) {
          if (i != k && k != l && i != l) {
            double pair = (g[i][0] + g[k][0]) / 2;
            possible.add((pair * pair + g[l][0] * g[l][0]) / 2);
          }
        }
      }
    }
    assertThat(possible).as("one of the orders").anyMatch(p -> Math.abs(p - both[0]) < 1e-3);
  }
}
