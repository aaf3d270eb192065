package io.github.palimpsest.llm.score;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.engine.inference.Inference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gather;
import org.tensorflow.op.nn.TopK;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The log-probability of each token of a sequence given those before it, and the most likely tokens
 * in its place. They are computed as {@link ModelLogLikelihoods} computes them: the sum over the
 * targets of an example is minus its {@code nats}, except for the rounding of the sum.
 *
 * <p>Not thread-safe.
 */
public final class TokenLogProbabilities {
  private static final String NEXT = "next";
  private static final String TOP = "top";
  private static final String TOP_IDS = "top-ids";
  private static final String CERTAINTY = "certainty";
  private static final InputSpec COUNT = new InputSpec("count", InputSpec.Type.INT32, Shape.of(1));

  private final DecoderModel model;
  private final Inference weights;
  private final Inference.Call call;

  /**
   * The predictions for one sequence of {@code n} tokens; all values are finite for a model with
   * finite logits.
   *
   * @param tokens {@code [n]}: the natural log-probability of each token; that of the first is 0,
   *     since nothing predicts it
   * @param topIds {@code [n + 1][k]}: the most likely tokens in the place of each token, in
   *     descending order, and those after the last one; nothing at 0
   * @param top {@code [n + 1][k]}: their log-probabilities. That of the token in this place is the
   *     same number as in {@code tokens}
   */
  public record Predicted(double[] tokens, int[][] topIds, double[][] top) {}

  /**
   * @param model the model
   * @param weights has its parameters
   */
  public TokenLogProbabilities(DecoderModel model, Inference weights) {
    this.model = model;
    this.weights = weights;
    List<InputSpec> inputs = new ArrayList<>(model.inputs());
    inputs.add(COUNT);
    call = weights.program(inputs, this::build);
  }

  @SuppressWarnings("unchecked") // the declared type of the input says so
  private Map<String, Operand<?>> build(
      Ops tf, Weights at, Function<InputSpec, Operand<?>> inputs) {
    FedInputs fed = new FedInputs(model, inputs);
    Operand<TFloat32> logits = model.forward(tf, at, fed).logits();
    Operand<TInt32> labels = tf.roll(fed.ints(DecoderModel.IDS), tf.constant(-1), tf.constant(1));
    Operand<TInt32> count = (Operand<TInt32>) inputs.apply(COUNT);
    TopK<TFloat32, TInt32> top =
        tf.nn.topK(logits, tf.reshape(count, tf.constant(new int[0])), TInt32.class);
    return Map.of(
        NEXT,
        tf.gather(logits, labels, tf.constant(2), Gather.batchDims(2L)),
        TOP,
        top.values(),
        TOP_IDS,
        top.indices(),
        CERTAINTY,
        tf.math.log(tf.max(tf.nn.softmax(logits), tf.constant(-1))));
  }

  /**
   * Scores sequences in one pass.
   *
   * @param rows each with 1 to the model's positions tokens of its vocabulary
   * @param count the number of most likely tokens, from 1 to the vocabulary's size
   * @return in the order of the rows
   */
  public List<Predicted> of(List<int[]> rows, int count) {
    List<Example> examples = new ArrayList<>();
    for (int[] ids : rows) {
      examples.add(
          new Example(
              "row/" + examples.size(),
              ids.length,
              new TreeMap<>(
                  Map.of(
                      DecoderModel.IDS, new HostArray.Ints(ids, ids.length),
                      DecoderModel.TARGETS,
                          new HostArray.Floats(new float[ids.length], ids.length)))));
    }
    weights.requireRoom(model, examples);
    Map<String, HostArray> fed = new TreeMap<>(model.batch(examples));
    fed.put(COUNT.name(), new HostArray.Ints(new int[] {count}, 1));
    Map<String, HostArray> found = call.run(fed);
    float[] next = floats(found, NEXT);
    float[] top = floats(found, TOP);
    float[] certainty = floats(found, CERTAINTY);
    int[] ids = ((HostArray.Ints) found.get(TOP_IDS)).toArray();
    int width = next.length / Math.max(1, rows.size());
    List<Predicted> all = new ArrayList<>();
    for (int row = 0; row < rows.size(); row++) {
      int n = rows.get(row).length;
      double[] tokens = new double[n];
      int[][] topIds = new int[n + 1][0];
      double[][] tops = new double[n + 1][0];
      for (int t = 0; t < n; t++) {
        int at = row * width + t;
        float most = top[at * count];
        if (t + 1 < n) {
          tokens[t + 1] = logProbability(most, next[at], certainty[at]);
        }
        topIds[t + 1] = new int[count];
        tops[t + 1] = new double[count];
        for (int k = 0; k < count; k++) {
          topIds[t + 1][k] = ids[at * count + k];
          tops[t + 1][k] = logProbability(most, top[at * count + k], certainty[at]);
        }
      }
      all.add(new Predicted(tokens, topIds, tops));
    }
    return all;
  }

  /** As the model's loss: each operation in 32 bits. */
  private static double logProbability(float most, float logit, float certainty) {
    float below = most - logit;
    return -(double) (below - certainty) + 0.0; // not -0
  }

  private static float[] floats(Map<String, HostArray> found, String name) {
    return ((HostArray.Floats) found.get(name)).toArray();
  }
}
