package io.github.palimpsest.replay;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.FinishedModel;
import io.github.palimpsest.api.rehearsal.RehearsalProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * FLOW: examples that the pretrained model predicts well count more.
 *
 * <pre>
 *   w_i = exp(-strength l_i / tau),   tau = median of l over the task
 * </pre>
 *
 * <p>with {@code l_i} the mean loss of example {@code i} at the pretrained weights, in nats a
 * token. Sanyal et al. 2025, arXiv:2502.02797, where strength is 1. A weight multiplies every
 * target token of its example in the sum and in the count of the data loss (CON-02), so a batch's
 * loss is a weighted mean.
 *
 * @param strength 0 weighs all alike
 */
record Flow(double strength) implements Prepared.Preparation {
  private static final Setting<Double> STRENGTH =
      Setting.real("strength", 1, 0, 1e3, "how much the base loss tells; 0 weighs all alike");

  static final RehearsalProvider PROVIDER =
      Prepared.provider(
          "flow",
          "FLOW: examples that the pretrained model predicts well count more",
          "w_i = exp(-strength l_i / tau), tau = median l, l the loss at the pretrained weights",
          STRENGTH,
          strength -> strength == 0,
          Flow::new,
          "Sanyal et al. 2025, Upweighting easy samples in fine-tuning mitigates forgetting,"
              + " arXiv:2502.02797");

  @Override
  public TaskData of(TaskData task, FinishedModel pretrained) {
    if (strength == 0) {
      return task;
    }
    double[] loss =
        task.examples().stream().mapToDouble(e -> pretrained.losses(e).mean()).toArray();
    double tau = Math.max(median(loss), Double.MIN_NORMAL);
    List<Example> weighed = new ArrayList<>();
    for (int i = 0; i < loss.length; i++) {
      Example e = task.examples().get(i);
      float[] factors = new float[pretrained.losses(e).rows()];
      Arrays.fill(factors, (float) Math.exp(-strength * loss[i] / tau));
      weighed.add(pretrained.reweighted(e, factors));
    }
    return task.with(weighed);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }
}
