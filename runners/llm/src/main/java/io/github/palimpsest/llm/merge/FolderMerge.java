package io.github.palimpsest.llm.merge;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.merger.JointMerger;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A merger applied to models of one base. A {@link JointMerger} merges them together. Any other
 * merger merges each with the base by itself, to {@code theta_i}, and the result is
 *
 * <pre>
 *   theta = theta0 + sum over i of w_i (theta_i - theta0)
 * </pre>
 *
 * <p>summed in double precision and rounded once. One model with the weight 1 gives {@code theta_1}
 * bit for bit. Nothing is computed before it is read, and then for one tensor, so memory holds a
 * few tensors of each model and never a model.
 */
public final class FolderMerge {
  private FolderMerge() {}

  /**
   * The merged weights.
   *
   * @param base the model that the others started from
   * @param models at least one; {@link FoldersAlike} accepts each
   * @param weights a number above 0 for each model
   * @param seed the seed of the merger's random streams
   * @throws PalimpsestException if the merger needs examples; when a tensor is read, if it is not
   *     finite; names the tensor
   */
  public static WeightSnapshot of(
      Merger merger,
      HuggingFaceDirectory base,
      List<HuggingFaceDirectory> models,
      List<Double> weights,
      long seed) {
    List<ParameterSpec> parameters = base.model().parameters();
    List<WeightSnapshot> given = models.stream().map(HuggingFaceDirectory::weights).toList();
    if (given.size() > 1 && merger instanceof JointMerger joint) {
      return finite(
          parameters,
          joint.merge(base.weights(), given, weights, new FolderSite(parameters, seed, 0)));
    }
    List<WeightSnapshot> merged = new ArrayList<>();
    for (WeightSnapshot model : given) {
      FolderSite site = new FolderSite(parameters, seed, merged.size());
      merged.add(
          merger.apply(
              WeightHistory.of(base.weights(), base.weights(), model, site.place(), site)));
    }
    return finite(
        parameters,
        merged.size() == 1 && weights.get(0) == 1
            ? merged.get(0)
            : sum(parameters, base.weights(), merged, weights));
  }

  private static WeightSnapshot sum(
      List<ParameterSpec> parameters,
      WeightSnapshot base,
      List<WeightSnapshot> merged,
      List<Double> weights) {
    return WeightSnapshot.computed(
        shapes(parameters),
        name -> {
          float[] theta0 = base.copy(name);
          double[] change = new double[theta0.length];
          for (int model = 0; model < merged.size(); model++) {
            float[] theta = merged.get(model).copy(name);
            double weight = weights.get(model);
            for (int i = 0; i < change.length; i++) {
              change[i] += weight * ((double) theta[i] - theta0[i]);
            }
          }
          for (int i = 0; i < change.length; i++) {
            theta0[i] = (float) (theta0[i] + change[i]);
          }
          return theta0;
        });
  }

  private static WeightSnapshot finite(List<ParameterSpec> parameters, WeightSnapshot merged) {
    for (ParameterSpec p : parameters) {
      if (!merged.names().contains(p.name())) {
        throw new PalimpsestException(
            "the merger gives no tensor '"
                + p.name()
                + "'"
                + NearestName.hint(p.name(), merged.names()));
      }
    }
    return WeightSnapshot.computed(
        shapes(parameters),
        name -> {
          float[] values = merged.copy(name);
          for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
              throw new PalimpsestException(
                  "the merged tensor '%s' has %s at place %d".formatted(name, values[i], i));
            }
          }
          return values;
        });
  }

  private static TreeMap<String, Shape> shapes(List<ParameterSpec> parameters) {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    parameters.forEach(p -> shapes.put(p.name(), p.shape()));
    return shapes;
  }
}
