package com.acme.regmean;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.MergerProvider;
import io.github.palimpsest.api.merger.ReadsHistory;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * {@code W = (sum_t G_t)^-1 sum_t G_t W_t} for each kernel {@code [in, out]}, where W_t is the kernel
 * after task t and G_t the second moment of its inputs on that task's examples at these weights: the
 * W whose outputs are nearest to those of all tasks, in the mean square. Every other tensor is the
 * mean. The paper merges models that were trained from one base side by side; here each task starts
 * from the one before. It needs examples of every task at the end.
 *
 * @param keep the factor of the entries of G_t that are not on its diagonal
 * @param examples the number of examples of each task
 */
record RegMean(double keep, int examples) implements Merger {
  static final Setting<Double> KEEP =
      Setting.real("keep", 0.9, 0, 1, "factor of the entries of G that are not on its diagonal");
  static final Setting<Integer> EXAMPLES =
      Setting.integer("examples", 64, 1, 1_000_000, "examples of each task");

  static final MergerProvider PROVIDER =
      MergerProvider.of(
              "acme.reg-mean",
              "The weights whose outputs are nearest to those of all tasks",
              "W = (sum_t G_t)^-1 sum_t G_t W_t for each kernel, G_t = mean x' x of its inputs in"
                  + " task t; the mean for other tensors")
          .settings(KEEP, EXAMPLES)
          .traits(
              Traits.of(
                  Onset.AFTER_TRAINING,
                  Cost.NONE,
                  "Jin et al. 2023, Dataless knowledge fusion (arXiv:2212.09849)"))
          .promisesNot(Promise.INTERPOLATES)
          .with(ReadsHistory.class, s -> true)
          .creates(s -> new RegMean(s.get(KEEP), s.get(EXAMPLES)));

  @Override
  public WeightSnapshot apply(WeightHistory history) {
    List<WeightSnapshot> after = new ArrayList<>();
    for (int t = 0; t <= history.taskIndex(); t++) {
      after.add(history.after(t));
    }
    if (after.size() == 1) {
      return after.get(0);
    }
    Set<String> kernels =
        history.site().parameters().stream()
            .filter(p -> p.role() == Role.KERNEL)
            .map(ParameterSpec::name)
            .collect(Collectors.toSet());
    List<WeightSnapshot> moments = new ArrayList<>();
    for (int t = 0; t < after.size(); t++) {
      moments.add(history.site().inputMoments(after.get(t), t, kernels, examples));
    }
    TreeMap<String, Shape> shapes = new TreeMap<>();
    WeightSnapshot last = history.afterTask();
    last.names().forEach(name -> shapes.put(name, last.shape(name)));
    return WeightSnapshot.computed(
        shapes, name -> kernels.contains(name) ? nearest(name, after, moments) : mean(name, after));
  }

  private float[] nearest(String kernel, List<WeightSnapshot> after, List<WeightSnapshot> moments) {
    int in = Math.toIntExact(after.get(0).shape(kernel).get(0));
    LeastSquares sum = new LeastSquares(in);
    for (int t = 0; t < after.size(); t++) {
      sum.add(moments.get(t).copy(kernel), keep, after.get(t).copy(kernel));
    }
    return sum.solved();
  }

  private static float[] mean(String name, List<WeightSnapshot> after) {
    double[] sum = new double[after.get(0).copy(name).length];
    for (WeightSnapshot w : after) {
      float[] values = w.copy(name);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += values[i];
      }
    }
    float[] mean = new float[sum.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sum[i] / after.size());
    }
    return mean;
  }
}
