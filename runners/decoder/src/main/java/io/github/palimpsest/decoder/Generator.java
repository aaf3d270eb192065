package io.github.palimpsest.decoder;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.InputRows;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.inference.Inference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
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
 * <p>The keys and values of the rows that an adapter puts before each sequence are computed once
 * for the weights and stand before those of every sequence.
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
  private static final String JOIN = "joining.";
  private static final String BEFORE = "before.";
  private static final InputSpec KEPT =
      new InputSpec("kept-rows", InputSpec.Type.INT32, Shape.of(-1));
  private static final InputSpec JOINING =
      new InputSpec("joining-rows", InputSpec.Type.INT32, Shape.of(-1));
  private static final InputSpec SHIFTS =
      new InputSpec("shifts", InputSpec.Type.INT32, Shape.of(4));

  private final DecoderModel model;
  private final DecoderSpec spec;
  private final List<InputSpec> keys = new ArrayList<>();
  private final List<InputSpec> values = new ArrayList<>();
  private final Set<String> cache;
  private final Inference inference;
  private final List<InputSpec> rowInputs = new ArrayList<>();
  private final int rows;
  private final Inference.Call pass;
  private final Inference.Call regroup;
  private Inference.@Nullable Call readRows;
  private Inference.Held heldRows = Inference.Held.NOTHING;
  private long readAt = -1;

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
    this.model = model;
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
    rows = shared.rows().map(InputRows::count).orElse(0);
    if (rows > 0) {
      for (InputSpec cached : caches()) {
        rowInputs.add(new InputSpec(BEFORE + cached.name(), cached.type(), cached.shape()));
      }
      inputs.addAll(rowInputs);
    }
    pass = inference.program(inputs, this::build);
    regroup = inference.program(regrouped(), this::buildRegroup);
  }

  /** Whether these weights can be used; others need an object of their own. */
  public boolean takes(WeightSnapshot weights) {
    return inference.takes(weights);
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
    Operand<TInt32> batch = dims.get(0);
    Operand<TInt32> tokens = dims.get(1);
    Operand<TInt32> cached = tf.unstack(tf.shape(inputs.apply(keys.get(0))), 4L).output().get(2);
    Operand<TInt32> slotAxis = tf.constant(2);
    Map<String, Operand<?>> outputs = new LinkedHashMap<>();
    Decoder decoder = new Decoder(spec, tf, at);
    Operand<TFloat32> hidden =
        decoder.hidden(
            tf.reshape(ids, tf.constant(new int[] {-1})),
            Attentions.cached(
                tf,
                spec,
                tokens,
                cached,
                ints(inputs.apply(EMPTY_SLOTS)),
                decoder.rows().map(r -> RowsInPlace.count(tf, r))),
            (layer, fresh) -> {
              Operand<TFloat32> k = floats(inputs.apply(keys.get(layer)));
              Operand<TFloat32> v = floats(inputs.apply(values.get(layer)));
              Attention.KeyValues all =
                  new Attention.KeyValues(
                      tf.concat(List.of(k, fresh.keys()), slotAxis),
                      tf.concat(List.of(v, fresh.values()), slotAxis));
              outputs.put(keys.get(layer).name(), all.keys());
              outputs.put(values.get(layer).name(), all.values());
              return rowInputs.isEmpty() ? all : afterRows(tf, batch, layer, all, inputs);
            });
    Operand<TInt32> width = tf.constant(spec.width());
    Operand<TInt32> zero = tf.constant(0);
    Operand<TFloat32> last =
        tf.slice(
            tf.reshape(hidden, tf.stack(List.of(batch, tokens, width), Stack.axis(0L))),
            tf.stack(List.of(zero, tf.math.sub(tokens, tf.constant(1)), zero), Stack.axis(0L)),
            tf.constant(new int[] {-1, 1, -1}));
    outputs.put(
        LOGITS, decoder.logits(tf.reshape(last, tf.constant(new int[] {-1, spec.width()}))));
    return outputs;
  }

  /** Keys and values of a layer with those of the rows before them, which are there once. */
  private Attention.KeyValues afterRows(
      Ops tf,
      Operand<TInt32> batch,
      int layer,
      Attention.KeyValues all,
      Function<InputSpec, Operand<?>> inputs) {
    Operand<TInt32> one = tf.constant(1);
    Operand<TInt32> copies = tf.stack(List.of(batch, one, one, one), Stack.axis(0L));
    Operand<TInt32> slotAxis = tf.constant(2);
    Operand<TFloat32> k = floats(inputs.apply(rowInputs.get(layer)));
    Operand<TFloat32> v = floats(inputs.apply(rowInputs.get(spec.layers() + layer)));
    return new Attention.KeyValues(
        tf.concat(List.of(tf.tile(k, copies), all.keys()), slotAxis),
        tf.concat(List.of(tf.tile(v, copies), all.values()), slotAxis));
  }

  /** Builds the keys and values of the rows that an adapter puts before each sequence. */
  private Map<String, Operand<?>> buildRows(Ops tf, Weights at) {
    Decoder decoder = new Decoder(spec, tf, at);
    Operand<TFloat32> before = decoder.rows().orElseThrow();
    Map<String, Operand<?>> outputs = new LinkedHashMap<>();
    decoder.states(
        before,
        Attentions.causal(tf, spec, RowsInPlace.count(tf, before), Optional.empty(), 1),
        (layer, fresh) -> {
          outputs.put(BEFORE + keys.get(layer).name(), fresh.keys());
          outputs.put(BEFORE + values.get(layer).name(), fresh.values());
          return fresh;
        });
    return outputs;
  }

  /** The cache of the rows at the present weights. */
  private Inference.Held rowsCache() {
    if (rows > 0 && readAt != inference.loads()) {
      Inference.Call program = readRows;
      if (program == null) {
        program = inference.program(List.of(), (tf, at, inputs) -> buildRows(tf, at));
        readRows = program;
      }
      heldRows.close();
      heldRows =
          program.run(
              Map.of(),
              Inference.Held.NOTHING,
              Set.copyOf(rowInputs.stream().map(InputSpec::name).toList()));
      readAt = inference.loads();
    }
    return heldRows;
  }

  private List<InputSpec> regrouped() {
    List<InputSpec> inputs = new ArrayList<>(List.of(KEPT, JOINING, SHIFTS));
    for (InputSpec slots : caches()) {
      inputs.add(slots);
      inputs.add(joining(slots));
    }
    return inputs;
  }

  private List<InputSpec> caches() {
    List<InputSpec> all = new ArrayList<>(keys);
    all.addAll(values);
    return all;
  }

  private static InputSpec joining(InputSpec slots) {
    return new InputSpec(JOIN + slots.name(), slots.type(), slots.shape());
  }

  /** Builds the cache of some rows of one cache and some of another. */
  private Map<String, Operand<?>> buildRegroup(
      Ops tf, Weights at, Function<InputSpec, Operand<?>> inputs) {
    List<Output<TInt32>> shifts = tf.unstack(ints(inputs.apply(SHIFTS)), 4L).output();
    Map<String, Operand<?>> outputs = new LinkedHashMap<>();
    for (InputSpec slots : caches()) {
      outputs.put(
          slots.name(),
          tf.concat(
              List.of(
                  moved(
                      tf,
                      floats(inputs.apply(slots)),
                      ints(inputs.apply(KEPT)),
                      shifts.get(0),
                      shifts.get(1)),
                  moved(
                      tf,
                      floats(inputs.apply(joining(slots))),
                      ints(inputs.apply(JOINING)),
                      shifts.get(2),
                      shifts.get(3))),
              tf.constant(0)));
    }
    return outputs;
  }

  /** Some rows, without their first slots, and with empty slots before the others. */
  private static Operand<TFloat32> moved(
      Ops tf,
      Operand<TFloat32> cache,
      Operand<TInt32> rows,
      Operand<TInt32> cut,
      Operand<TInt32> empty) {
    Operand<TInt32> zero = tf.constant(0);
    Operand<TFloat32> kept =
        tf.slice(
            tf.gather(cache, rows, zero),
            tf.stack(List.of(zero, zero, cut, zero)),
            tf.constant(new int[] {-1, -1, -1, -1}));
    Operand<TInt32> none = tf.stack(List.of(zero, zero));
    return tf.pad(
        kept, tf.stack(List.of(none, none, tf.stack(List.of(empty, zero)), none)), tf.constant(0f));
  }

  /**
   * One pass over tokens.
   *
   * @param ids {@code [rows, tokens]}
   * @param padding the empty slots of each row, those of its tokens included
   * @param held the cache; {@link Inference.Held#NOTHING} for an empty one
   */
  Inference.Held pass(HostArray.Ints ids, int[] padding, Inference.Held held) {
    Map<String, HostArray> fed = new TreeMap<>();
    fed.put(DecoderModel.IDS, ids);
    fed.put(PADDING, new HostArray.Ints(padding, padding.length));
    if (held == Inference.Held.NOTHING) {
      cache.forEach(name -> fed.put(name, empty(padding.length)));
    }
    return pass.run(fed, rows > 0 ? held.with("", rowsCache()) : held, cache);
  }

  private HostArray empty(int rows) {
    return new HostArray.Floats(
        new float[0], rows, spec.attention().keyValueHeads(), 0, spec.attention().headSize());
  }

  /** The logits of each row's next token, {@code [rows][vocabulary]} in one array. */
  static float[] logits(Inference.Held held) {
    return ((HostArray.Floats) held.arrays().get(LOGITS)).toArray();
  }

  /**
   * The cache of some rows of a cache, followed by some of another.
   *
   * @param kept rows of {@code held}
   * @param joining rows of {@code other}
   * @param shifts slots to cut from and then to add to the start of the rows of the first, and of
   *     the other
   */
  Inference.Held regroup(
      Inference.Held held, int[] kept, Inference.Held other, int[] joining, int[] shifts) {
    Map<String, HostArray> fed = new TreeMap<>();
    fed.put(KEPT.name(), new HostArray.Ints(kept, kept.length));
    fed.put(JOINING.name(), new HostArray.Ints(joining, joining.length));
    fed.put(SHIFTS.name(), new HostArray.Ints(shifts, shifts.length));
    if (held == Inference.Held.NOTHING) {
      cache.forEach(name -> fed.put(name, empty(0)));
    }
    if (other == Inference.Held.NOTHING) {
      cache.forEach(name -> fed.put(JOIN + name, empty(0)));
    }
    return regroup.run(fed, held.with(JOIN, other), cache);
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
    List<List<Integer>> added = new ArrayList<>();
    prompts.forEach(p -> added.add(new ArrayList<>()));
    if (maxNewTokens > 0 && !prompts.isEmpty()) {
      Chooser kept =
          (row, logits, from) -> {
            int chosen = chooser.choose(row, logits, from);
            if (chosen != Chooser.END) {
              added.get(row).add(chosen);
            }
            return added.get(row).size() < maxNewTokens ? chosen : Chooser.END;
          };
      try (Generation generation = open()) {
        generation.add(prompts, kept);
        while (generation.size() > 0) {
          generation.step(kept);
        }
      }
    }
    return added.stream().map(row -> row.stream().mapToInt(i -> i).toArray()).toList();
  }

  /** A generation without sequences yet. Close it before this generator. */
  public Generation open() {
    return new Generation(this);
  }

  DecoderSpec spec() {
    return spec;
  }

  /** The positions that are left for tokens. */
  int positions() {
    return rows > 0 ? model.places() - rows : spec.positions();
  }

  /** Requires a prompt that the model can take. */
  void check(int[] prompt) {
    if (prompt.length == 0 || prompt.length > positions()) {
      throw new PalimpsestException(
          "a prompt has %d tokens; the model takes 1 to %d%s"
              .formatted(
                  prompt.length,
                  positions(),
                  rows > 0 ? " after the " + rows + " rows of an adapter" : ""));
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
    heldRows.close();
    inference.close();
  }
}
