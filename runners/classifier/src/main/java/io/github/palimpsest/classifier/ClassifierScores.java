package io.github.palimpsest.classifier;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.inference.FedBatch;
import io.github.palimpsest.engine.inference.Inference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a classifier says of texts at some weights, which can be replaced. */
public final class ClassifierScores implements AutoCloseable {
  /** Number of examples scored together; fixed, because it can change the last digits. */
  public static final int BATCH = 64;

  private static final String LOGARITHMS = "log-probabilities";

  private final ClassifierModel model;
  private final Inference inference;
  private final Inference.Call call;
  private @Nullable WeightSnapshot loaded;

  /**
   * @param model the model
   * @param weights its weights
   * @param device the device to run on
   */
  public ClassifierScores(ClassifierModel model, WeightSnapshot weights, Device device) {
    this.model = model;
    this.inference = new Inference(model.parameters(), weights, device);
    this.loaded = weights;
    this.call =
        inference.program(
            model.inputs(),
            (tf, at, inputs) -> {
              Forward forward = model.forward(tf, at, FedBatch.of(model, inputs));
              return Map.of(LOGARITHMS, tf.nn.logSoftmax(forward.predictions(tf)));
            });
  }

  /** Whether these weights can be scored; others need an object of their own. */
  public boolean takes(WeightSnapshot weights) {
    return inference.takes(weights);
  }

  /**
   * The natural logarithm of the probability of each class, for each example.
   *
   * @param examples of the model; their labels have no effect
   * @param weights the weights to use; those of the last call stay loaded
   */
  public List<float[]> logProbabilities(List<Example> examples, WeightSnapshot weights) {
    if (loaded != weights) {
      inference.load(weights);
      loaded = weights;
    }
    int columns = model.classes().names().size();
    List<float[]> all = new ArrayList<>();
    for (int from = 0; from < examples.size(); from += BATCH) {
      List<Example> some = examples.subList(from, Math.min(examples.size(), from + BATCH));
      float[] found = ((HostArray.Floats) call.run(model.batch(some)).get(LOGARITHMS)).toArray();
      for (int row = 0; row < some.size(); row++) {
        float[] own = new float[columns];
        System.arraycopy(found, row * columns, own, 0, columns);
        all.add(own);
      }
    }
    return all;
  }

  @Override
  public void close() {
    inference.close();
  }
}
