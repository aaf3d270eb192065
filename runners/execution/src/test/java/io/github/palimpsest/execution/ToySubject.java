package io.github.palimpsest.execution;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.results.folder.SetScore;
import io.github.palimpsest.testing.ClassifierModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Two tasks for a small classifier, whose accuracy is computed on the host. */
public final class ToySubject implements Subject {
  private static final int EXAMPLES = 20;
  private final Model model = new ClassifierModel(2, 3, 2);
  private final Map<Long, WeightSnapshot> pretrained = new HashMap<>();

  @Override
  public Model model() {
    return model;
  }

  @Override
  public WeightSnapshot pretrained(long seed) {
    return pretrained.computeIfAbsent(
        seed, s -> model.initialWeights(Streams.stream(s, "initial-weights", 0, 0)));
  }

  @Override
  public TaskData task(int index) {
    return TaskData.of(index, List.of("a", "b").get(index), examples(index));
  }

  /** Task 0: the sign of the first feature; task 1: the opposite. */
  private static List<Example> examples(int task) {
    RandomGenerator rng = Streams.stream(7, "toy", task, 0);
    List<Example> all = new ArrayList<>();
    for (int i = 0; i < EXAMPLES; i++) {
      float[] x = {(float) rng.nextGaussian(), (float) rng.nextGaussian()};
      all.add(ClassifierModel.example(task + "/" + i, x, (x[0] > 0 ? 1 : 0) ^ task, 1));
    }
    return all;
  }

  @Override
  public List<Example> examples(String set) {
    return examples(set.equals("b") ? 1 : 0);
  }

  @Override
  public SetScore score(String set, WeightSnapshot weights) {
    List<Example> examples = examples(set.equals("b") ? 1 : 0);
    double[] right = new double[examples.size()];
    double sum = 0;
    for (int i = 0; i < right.length; i++) {
      float[] x = ((HostArray.Floats) examples.get(i).fields().get("x")).toArray();
      int y = ((HostArray.Ints) examples.get(i).fields().get("y")).values().get(0);
      right[i] = prediction(weights, x) == y ? 1 : 0;
      sum += right[i];
    }
    double[] ones = new double[right.length];
    Arrays.fill(ones, 1);
    return new SetScore(sum / right.length, right, ones);
  }

  @Override
  public double loss(String set, WeightSnapshot weights) {
    double sum = 0;
    List<Example> examples = examples(set);
    for (Example e : examples) {
      float[] x = ((HostArray.Floats) e.fields().get("x")).toArray();
      int y = ((HostArray.Ints) e.fields().get("y")).values().get(0);
      double[] z = logits(weights, x);
      sum += Math.log(Math.exp(z[0]) + Math.exp(z[1])) - z[y];
    }
    return sum / examples.size();
  }

  private static int prediction(WeightSnapshot w, float[] x) {
    double[] z = logits(w, x);
    return z[1] > z[0] ? 1 : 0;
  }

  private static double[] logits(WeightSnapshot w, float[] x) {
    float[] w1 = w.copy("fc1.weight");
    float[] b1 = w.copy("fc1.bias");
    float[] w2 = w.copy("fc2.weight");
    double[] z = new double[2];
    float[] b2 = w.copy("fc2.bias");
    for (int k = 0; k < 2; k++) {
      z[k] = b2[k];
      for (int j = 0; j < 3; j++) {
        z[k] += Math.tanh(x[0] * w1[j] + x[1] * w1[3 + j] + b1[j]) * w2[2 * j + k];
      }
    }
    return z;
  }

  @Override
  public void close() {}
}
