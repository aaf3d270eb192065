package io.github.palimpsest.wiseft;

import io.github.palimpsest.api.merger.JointMerger;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** The weights after several tasks, or of several models of one base. */
final class Tasks {
  /** Computes a tensor from that of the base and those of the tasks. */
  interface PerTensor {
    float[] of(float[] theta0, float[][] thetas);
  }

  private Tasks() {}

  /** The weights after each task of a history. */
  private static List<WeightSnapshot> of(WeightHistory history) {
    return IntStream.rangeClosed(0, history.taskIndex()).mapToObj(history::after).toList();
  }

  /** What a merger makes of the weights after each task of a history, with equal shares. */
  static WeightSnapshot merged(JointMerger merger, WeightHistory history) {
    List<WeightSnapshot> tasks = of(history);
    return merger.merge(
        history.pretrained(), tasks, Collections.nCopies(tasks.size(), 1.0), history.site());
  }

  /** The weights whose tensors are computed when they are read. */
  static WeightSnapshot each(WeightSnapshot base, List<WeightSnapshot> tasks, PerTensor f) {
    List<Ends> ends = tasks.stream().map(t -> new Ends(base, t)).toList();
    return ends.get(0)
        .each(
            (name, t0, first) -> {
              float[][] thetas = new float[tasks.size()][];
              for (int t = 0; t < thetas.length; t++) {
                thetas[t] = t == 0 ? first : tasks.get(t).copy(name);
              }
              return f.of(t0, thetas);
            });
  }

  /** The weighted mean; an entry that is the same in all keeps its bits. */
  static float[] mean(float[][] thetas, List<Double> shares) {
    double total = shares.stream().mapToDouble(s -> s).sum();
    float[] mean = new float[thetas[0].length];
    for (int i = 0; i < mean.length; i++) {
      double sum = 0;
      boolean same = true;
      for (int t = 0; t < thetas.length; t++) {
        sum += shares.get(t) * thetas[t][i];
        same &= thetas[t][i] == thetas[0][i];
      }
      mean[i] = same ? thetas[0][i] : (float) (sum / total);
    }
    return mean;
  }
}
