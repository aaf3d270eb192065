package io.github.palimpsest.replay;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.FinishedModel;
import io.github.palimpsest.api.rehearsal.RehearsalProvider;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A curriculum: an epoch goes from examples that the pretrained model predicts well to those that
 * it predicts badly. They are sorted by their mean loss at the pretrained weights, cut into parts
 * of about equal size, and shuffled within each part.
 *
 * <p>Bengio et al. 2009; scoring by a trained model: Hacohen and Weinshall 2019, arXiv:1904.03626
 * (their transfer scoring).
 *
 * @param parts number of parts; with 1 the order is that without a curriculum
 */
record Curriculum(double parts) implements Prepared.Preparation {
  private static final Setting<Double> PARTS =
      Setting.real(
          "parts", 4, 1, 1e6, "parts of an epoch, rounded down; 1 shuffles all examples together");

  static final RehearsalProvider PROVIDER =
      Prepared.provider(
          "curriculum",
          "Curriculum: each epoch starts with the examples that the pretrained model predicts well",
          "examples by rising loss at the pretrained weights, shuffled within each of the parts",
          PARTS,
          parts -> parts < 2,
          Curriculum::new,
          "Bengio, Louradour, Collobert and Weston 2009, Curriculum learning (ICML)",
          "Hacohen and Weinshall 2019, On the power of curriculum learning in training deep"
              + " networks, arXiv:1904.03626");

  @Override
  public TaskData of(TaskData task, FinishedModel pretrained) {
    if (parts < 2) {
      return task;
    }
    Map<String, Double> loss = new HashMap<>();
    task.examples().forEach(e -> loss.put(e.id(), pretrained.losses(e).mean()));
    List<Example> sorted =
        task.examples().stream()
            .sorted(Comparator.comparingDouble(e -> loss.getOrDefault(e.id(), 0.0)))
            .toList();
    return TaskData.of(task.index(), task.name(), sorted)
        .inParts((int) parts)
        .inBuckets(task.bucket());
  }
}
