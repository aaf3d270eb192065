package io.github.palimpsest.decoder;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.engine.Inference;
import io.github.palimpsest.engine.device.Device;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Continues one or more token sequences with a model. The framework's memory keeps each layer's
 * keys and values between tokens, so a token costs one pass over one position.
 *
 * <p>Not thread-safe.
 */
public final class Generator implements AutoCloseable {
  private static final String PADDING = "padding";
  private static final String LOGITS = "logits";
  private static final InputSpec IDS =
      new InputSpec(DecoderModel.IDS, InputSpec.Type.INT32, Shape.of(-1, -1));
  private static final InputSpec EMPTY_SLOTS =
      new InputSpec(PADDING, InputSpec.Type.INT32, Shape.of(-1));

  private final DecoderSpec spec;
  private final List<InputSpec> keys = new ArrayList<>();
  private final List<InputSpec> values = new ArrayList<>();
  private final Set<String> cache;
  private final Inference inference;
  private final Inference.Call pass;

  /**
   * @param model the model
   * @param weights its weights
   * @param device the device for inference
   */
  public Generator(DecoderModel model, WeightSnapshot weights, Device device) {
    this(model, new Inference(model.parameters(), weights, device));
  }

  /**
   * A generator that shares weights with other programs.
   *
   * @param model the model
   * @param shared has the model's parameters; closed with this generator
   */
  public Generator(DecoderModel model, Inference shared) {
    spec = model.spec();
    Shape slots = Shape.of(-1, spec.attention().keyValueHeads(), -1, spec.attention().headSize());
    for (int layer = 0; layer < spec.layers(); layer++) {
      keys.add(new InputSpec("keys." + layer, InputSpec.Type.FLOAT32, slots));
      values.add(new InputSpec("values." + layer, InputSpec.Type.FLOAT32, slots));
    }
    List<InputSpec> inputs = new ArrayList<>(List.of(IDS, EMPTY_SLOTS));
    inputs.addAll(keys);
    inputs.addAll(values);
    cache = Set.copyOf(inputs.subList(2, inputs.size()).stream().map(InputSpec::name).toList());
    inference = shared;
    pass = inference.program(inputs, this::build);
  }

  /** Replaces the weights. */
  public void load(WeightSnapshot weights) {
    inference.load(weights);
  }

  /** Gives up the memory of the weights until others are loaded. */
  public void release() {
    inference.release();
  }

  /** Builds a pass over new tokens after cached ones: the logits of the last, the longer cache. */
  private Map<String, Operand<?>> build(
      Ops tf, Weights at, Function<InputSpec, Operand<?>> inputs) {
    Operand<TInt32> ids = ints(inputs.apply(IDS));
    List<Output<TInt32>> dims = tf.unstack(tf.shape(ids), 2L).output();
    Operand<TInt32> rows = dims.get(0);
    Operand<TInt32> tokens = dims.get(1);
    Operand<TInt32> cached = tf.unstack(tf.shape(inputs.apply(keys.get(0))), 4L).output().get(2);
    Operand<TInt32> slotAxis = tf.constant(2);
    Map<String, Operand<?>> outputs = new LinkedHashMap<>();
    Decoder decoder = new Decoder(spec, tf, at);
    Operand<TFloat32> hidden =
        decoder.hidden(
            tf.reshape(ids, tf.constant(new int[] {-1})),
            Attentions.cached(tf, spec, tokens, cached, ints(inputs.apply(EMPTY_SLOTS))),
            (layer, fresh) -> {
              Operand<TFloat32> k = floats(inputs.apply(keys.get(layer)));
              Operand<TFloat32> v = floats(inputs.apply(values.get(layer)));
              Attention.KeyValues all =
                  new Attention.KeyValues(
                      tf.concat(List.of(k, fresh.keys()), slotAxis),
                      tf.concat(List.of(v, fresh.values()), slotAxis));
              outputs.put(keys.get(layer).name(), all.keys());
              outputs.put(values.get(layer).name(), all.values());
              return all;
            });
    Operand<TInt32> width = tf.constant(spec.width());
    Operand<TInt32> zero = tf.constant(0);
    Operand<TFloat32> last =
        tf.slice(
            tf.reshape(hidden, tf.stack(List.of(rows, tokens, width), Stack.axis(0L))),
            tf.stack(List.of(zero, tf.math.sub(tokens, tf.constant(1)), zero), Stack.axis(0L)),
            tf.constant(new int[] {-1, 1, -1}));
    outputs.put(
        LOGITS, decoder.logits(tf.reshape(last, tf.constant(new int[] {-1, spec.width()}))));
    return outputs;
  }

  /**
   * Continues one sequence.
   *
   * @see #generate(List, int, IntPredicate, Sampling, RandomGenerator)
   */
  public int[] generate(
      int[] prompt, int maxNewTokens, IntPredicate end, Sampling sampling, RandomGenerator rng) {
    return generate(List.of(prompt), maxNewTokens, end, sampling, rng).get(0);
  }

  /**
   * Continues sequences. A row's tokens do not depend on the other rows, unless tokens are drawn:
   * the unfinished rows draw in turn.
   *
   * @param prompts the sequences to continue, each with at least one token
   * @param maxNewTokens the maximum number of tokens to add; fewer if the model's positions run out
   * @param end tests whether a token ends a sequence; such a token is not part of the result
   * @param sampling the rule for choosing tokens
   * @param rng the source of the draws
   * @return the new tokens of each row
   * @throws PalimpsestException if a prompt is empty, longer than the model's positions, or has an
   *     id outside the vocabulary
   */
  public List<int[]> generate(
      List<int[]> prompts,
      int maxNewTokens,
      IntPredicate end,
      Sampling sampling,
      RandomGenerator rng) {
    return generate(
        prompts,
        maxNewTokens,
        (row, logits, from) -> {
          int chosen = sampling.choose(logits, from, spec.vocabulary(), rng);
          return end.test(chosen) ? Chooser.END : chosen;
        });
  }

  /** Chooses the next token of a row. */
  @FunctionalInterface
  public interface Chooser {
    /** Ends the row. */
    int END = -1;

    /**
     * Chooses.
     *
     * @param row the place of the sequence among the prompts
     * @param logits the logits of the row's next token start at {@code from}, one for each token of
     *     the vocabulary
     * @return a token of the vocabulary, or {@link #END}
     */
    int choose(int row, float[] logits, int from);
  }

  /**
   * Continues sequences with tokens that the caller chooses, row by row.
   *
   * @param prompts the sequences to continue, each with at least one token
   * @param maxNewTokens the maximum number of tokens to add; fewer if the model's positions run out
   * @param chooser asked for each row that has not ended, in the order of the rows
   * @return the new tokens of each row
   * @throws PalimpsestException if a prompt is empty, longer than the model's positions, or has an
   *     id outside the vocabulary
   */
  public List<int[]> generate(List<int[]> prompts, int maxNewTokens, Chooser chooser) {
    prompts.forEach(this::check);
    int rows = prompts.size();
    int longest = prompts.stream().mapToInt(p -> p.length).max().orElse(0);
    int[] ids = new int[rows * longest];
    int[] padding = new int[rows];
    List<List<Integer>> added = new ArrayList<>();
    boolean[] ended = new boolean[rows];
    for (int row = 0; row < rows; row++) {
      int[] prompt = prompts.get(row);
      padding[row] = longest - prompt.length;
      System.arraycopy(prompt, 0, ids, row * longest + padding[row], prompt.length);
      added.add(new ArrayList<>());
    }
    Map<String, HostArray> fed = new TreeMap<>();
    float[] none = new float[0];
    cache.forEach(
        name ->
            fed.put(
                name,
                new HostArray.Floats(
                    none, rows, spec.attention().keyValueHeads(), 0, spec.attention().headSize())));
    fed.put(PADDING, new HostArray.Ints(padding, rows));
    fed.put(DecoderModel.IDS, new HostArray.Ints(ids, rows, longest));
    Inference.Held held = Inference.Held.NOTHING;
    try {
      for (int n = 0; n < maxNewTokens && rows > 0; n++) {
        Inference.Held next = pass.run(fed, held, cache);
        held.close();
        held = next;
        float[] logits = ((HostArray.Floats) held.arrays().get(LOGITS)).toArray();
        int[] chosen = new int[rows];
        boolean goesOn = false;
        for (int row = 0; row < rows; row++) {
          if (ended[row]) {
            continue;
          }
          int choice = chooser.choose(row, logits, row * spec.vocabulary());
          if (choice == Chooser.END) {
            ended[row] = true;
            continue;
          }
          chosen[row] = choice;
          added.get(row).add(chosen[row]);
          ended[row] = prompts.get(row).length + added.get(row).size() >= spec.positions();
          goesOn |= !ended[row];
        }
        if (!goesOn) {
          break;
        }
        fed.keySet().removeAll(cache);
        fed.put(DecoderModel.IDS, new HostArray.Ints(chosen, rows, 1));
      }
    } finally {
      held.close();
    }
    return added.stream().map(row -> row.stream().mapToInt(i -> i).toArray()).toList();
  }

  private void check(int[] prompt) {
    if (prompt.length == 0 || prompt.length > spec.positions()) {
      throw new PalimpsestException(
          "a prompt has %d tokens; the model takes 1 to %d"
              .formatted(prompt.length, spec.positions()));
    }
    for (int token : prompt) {
      if (token < 0 || token >= spec.vocabulary()) {
        throw new PalimpsestException(
            "a prompt has token %d, outside the vocabulary of %d"
                .formatted(token, spec.vocabulary()));
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static Operand<TInt32> ints(Operand<?> operand) {
    return (Operand<TInt32>) operand;
  }

  @SuppressWarnings("unchecked")
  private static Operand<TFloat32> floats(Operand<?> operand) {
    return (Operand<TFloat32>) operand;
  }

  @Override
  public void close() {
    inference.close();
  }
}
