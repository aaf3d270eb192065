package io.github.palimpsest.engine;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.FinishedModel;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.model.Relabelling;
import io.github.palimpsest.api.model.Reweighting;
import io.github.palimpsest.api.model.Unprompted;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.inference.FedBatch;
import io.github.palimpsest.engine.inference.Inference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;

/** A model at fixed weights for a rehearsal; builds a graph only when it is used. */
final class ModelAtWeights implements FinishedModel, AutoCloseable {
  private static final String LOGITS = "logits";
  private static final String POSSIBLE = "possible";
  private static final String WEIGHTS = "weights";
  private static final String LABELS = "labels";

  /** Examples whose labels are drawn together; a constant, because they share one generator. */
  private static final int TOGETHER = 16;

  private final Model model;
  private final Supplier<WeightSnapshot> weights;
  private final Device device;
  private @Nullable Inference inference;
  private Inference.@Nullable Call pass;

  /**
   * The predictions of some examples, of all of them in turn.
   *
   * @param all logits {@code [rows, classes]}
   * @param logits those without the classes that an example cannot have
   */
  private record Predictions(
      float[] all,
      float[] logits,
      float[] weights,
      int @Nullable [] labels,
      int perExample,
      int classes) {}

  /** A condition on an example and one of its rows. */
  private interface AtRow {
    boolean test(Example example, int row);
  }

  ModelAtWeights(Model model, Supplier<WeightSnapshot> weights, Device device) {
    this.model = model;
    this.weights = weights;
    this.device = device;
  }

  @Override
  public HostArray.Floats logits(Example example) {
    Predictions p = predict(List.of(example));
    return new HostArray.Floats(p.all(), p.perExample(), p.classes());
  }

  @Override
  public Losses losses(Example example) {
    Predictions p = predict(List.of(example));
    int[] labels = p.labels();
    if (labels == null) {
      throw new PalimpsestException(
          "the losses of predictions need a model that provides the targets of its logits");
    }
    float[] nats = new float[p.perExample()];
    for (int row = 0; row < nats.length; row++) {
      if (p.weights()[row] != 0) {
        int from = row * p.classes();
        nats[row] =
            (float) (logSum(p.logits(), from, p.classes()) - p.logits()[from + labels[row]]);
      }
    }
    return Losses.of(nats, p.weights());
  }

  @Override
  public Example reweighted(Example example, float[] factors) {
    return model
        .capability(Reweighting.class)
        .orElseThrow(
            () -> new PalimpsestException("this model cannot weight the predictions of an example"))
        .reweighted(example, factors);
  }

  /** {@code log sum exp(z)}. */
  private static double logSum(float[] z, int from, int classes) {
    double most = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < classes; k++) {
      most = Math.max(most, z[from + k]);
    }
    double sum = 0;
    for (int k = 0; k < classes; k++) {
      sum += Math.exp(z[from + k] - most);
    }
    return most + Math.log(sum);
  }

  @Override
  public List<Example> relabelled(List<Example> examples, double temperature, RandomGenerator rng) {
    return relabelled(examples, temperature, rng, (example, row) -> false);
  }

  /**
   * @param ended whether nothing more is drawn for an example after one of its rows
   */
  private List<Example> relabelled(
      List<Example> examples, double temperature, RandomGenerator rng, AtRow ended) {
    Relabelling labels =
        model
            .capability(Relabelling.class)
            .orElseThrow(() -> new PalimpsestException("this model cannot generate examples"));
    List<Example> all = new ArrayList<>();
    for (int from = 0; from < examples.size(); from += TOGETHER) {
      List<Example> some =
          new ArrayList<>(examples.subList(from, Math.min(examples.size(), from + TOGETHER)));
      drawLabels(labels, some, temperature, rng, ended);
      all.addAll(some);
    }
    return all;
  }

  @Override
  public List<Example> samples(
      List<String> ids, int tokens, double temperature, RandomGenerator rng) {
    Unprompted texts =
        model
            .capability(Unprompted.class)
            .orElseThrow(
                () -> new PalimpsestException("this model cannot write examples without a prompt"));
    List<Example> blank = ids.stream().map(id -> texts.blank(id, tokens)).toList();
    return relabelled(
            blank, temperature, rng, (drawn, row) -> texts.ended(drawn).tokens() <= row + 2)
        .stream()
        .map(texts::ended)
        .toList();
  }

  private void drawLabels(
      Relabelling labels,
      List<Example> examples,
      double temperature,
      RandomGenerator rng,
      AtRow ended) {
    Predictions now = predict(examples);
    boolean[] over = new boolean[examples.size()];
    for (int row = 0; row < now.perExample(); row++) {
      boolean drawn = false;
      for (int i = 0; i < examples.size(); i++) {
        int at = i * now.perExample() + row;
        if (!over[i] && now.weights()[at] != 0) {
          int label = draw(now.logits(), at * now.classes(), now.classes(), temperature, rng);
          examples.set(i, labels.relabelled(examples.get(i), row, label));
          over[i] = ended.test(examples.get(i), row);
          drawn = true;
        }
      }
      if (drawn && row + 1 < now.perExample()) {
        now = predict(examples);
      }
    }
  }

  /** One of {@code classes} by the inverse of the distribution function of softmax(z / T). */
  private static int draw(
      float[] logits, int from, int classes, double temperature, RandomGenerator rng) {
    double most = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < classes; k++) {
      most = Math.max(most, logits[from + k]);
    }
    double[] upTo = new double[classes];
    double sum = 0;
    for (int k = 0; k < classes; k++) {
      sum += StrictMath.exp((logits[from + k] - most) / temperature);
      upTo[k] = sum;
    }
    double u = rng.nextDouble() * sum;
    for (int k = 0; k < classes; k++) {
      if (u < upTo[k]) {
        return k;
      }
    }
    return classes - 1;
  }

  private Predictions predict(List<Example> examples) {
    Inference.Call call = pass;
    if (call == null) {
      inference = new Inference(model.parameters(), weights.get(), device);
      call = inference.program(model.inputs(), this::build);
      pass = call;
    }
    if (inference != null) {
      inference.requireRoom(model, examples);
    }
    Map<String, HostArray> out = call.run(model.batch(examples));
    float[] counted = ((HostArray.Floats) out.get(WEIGHTS)).toArray();
    float[] logits = ((HostArray.Floats) out.get(LOGITS)).toArray();
    return new Predictions(
        logits,
        out.get(POSSIBLE) instanceof HostArray.Floats possible ? possible.toArray() : logits,
        counted,
        out.get(LABELS) instanceof HostArray.Ints labels ? labels.toArray() : null,
        counted.length / examples.size(),
        logits.length / counted.length);
  }

  private Map<String, Operand<?>> build(
      Ops tf, Weights at, Function<InputSpec, Operand<?>> inputs) {
    Forward forward = model.forward(tf, at, FedBatch.of(model, inputs));
    Map<String, Operand<?>> outputs = new LinkedHashMap<>();
    // a fetched output must not be an input: weights may be one
    outputs.put(LOGITS, tf.identity(forward.logits()));
    forward.classes().ifPresent(c -> outputs.put(POSSIBLE, tf.identity(forward.predictions(tf))));
    outputs.put(WEIGHTS, tf.identity(forward.weightPerPrediction()));
    forward.labels().ifPresent(labels -> outputs.put(LABELS, tf.identity(labels)));
    return outputs;
  }

  @Override
  public void close() {
    if (inference != null) {
      inference.close();
    }
  }
}
