package io.github.palimpsest.replay;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.FinishedModel;
import io.github.palimpsest.api.rehearsal.RehearsalProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * FLOW: examples that the pretrained model predicts well count more.
 *
 * <pre>
 *   w_i = exp(-strength l_i / tau),   tau = median of l over the task
 *   loss = 1/N sum over target tokens of w_i (-log p)
 * </pre>
 *
 * <p>with {@code l_i} the mean loss of example {@code i} at the pretrained weights, in nats per
 * token, and {@code N} the number of target tokens of the step. Sanyal et al. 2025,
 * arXiv:2502.02797, where strength is 1. As in the paper and in the authors' code the weights are
 * not scaled to a mean of 1, so a batch of hard examples makes a smaller step than one of easy
 * ones.
 *
 * @param strength 0 gives all examples the same weight
 */
record Flow(double strength) implements Prepared.Preparation {
  /** The weight of an example, less 1. */
  static final String FACTOR = "flow.factor";

  private static final Setting<Double> STRENGTH =
      Setting.real(
          "strength",
          1,
          0,
          1e3,
          "influence of the base loss; 0 gives all examples the same weight");

  static final RehearsalProvider PROVIDER =
      Prepared.provider(
          "flow",
          "FLOW: examples that the pretrained model predicts well count more",
          "1/N sum over target tokens of w_i (-log p); w_i = exp(-strength l_i / tau), tau = median l, l"
              + " the loss at the pretrained weights",
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
      weighed.add(scaled(task.examples().get(i), Math.expm1(-strength * loss[i] / tau)));
    }
    return task.with(weighed);
  }

  /** Times {@code 1 + beyondOne}, and what an inner preparation of this kind has given. */
  private static Example scaled(Example e, double beyondOne) {
    double inner = e.fields().get(FACTOR) instanceof HostArray.Floats f ? f.values().get(0) : 0;
    float both = (float) (inner + (1 + inner) * beyondOne);
    SortedMap<String, HostArray> fields = new TreeMap<>(e.fields());
    fields.put(FACTOR, new HostArray.Floats(new float[] {both}, 1));
    return new Example(e.id(), e.tokens(), fields);
  }

  @Override
  public Optional<String> lossFactor() {
    return strength == 0 ? Optional.empty() : Optional.of(FACTOR);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }
}
