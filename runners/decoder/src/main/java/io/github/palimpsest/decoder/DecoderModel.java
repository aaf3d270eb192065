package io.github.palimpsest.decoder;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.DecoderPart;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.model.Relabelling;
import io.github.palimpsest.api.model.Reweighting;
import io.github.palimpsest.api.model.Rope;
import io.github.palimpsest.api.model.RowsBeforeInput;
import io.github.palimpsest.api.model.Unprompted;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A decoder as a {@link Model}, built from its description. Parameters have the names that the
 * description gives the tensors of the checkpoint. Kernels have the shape {@code [in, out]}; the
 * embedding and an untied head have the shape {@code [vocabulary, width]}.
 *
 * <p>An example has the fields {@code ids}, {@code [n]} integers, and {@code targets}, {@code [n]}
 * floats. A target is 1 if the model is to predict the token at that position from the tokens
 * before it, else 0; it is always 0 at position 0. The loss of an example is {@code -sum targets[p]
 * log softmax(logits[p - 1])[ids[p]]}, and its weight is {@code sum targets}. Batches are padded on
 * the right, and no real token attends to the padding.
 *
 * <p>Rows of an adapter take the first places of each sequence, before the scale of the embedding:
 * tokens, positions, masks and windows are those of a sequence that begins with n more tokens. All
 * values of a prediction are those of the tokens' places. A pack has the rows once, and each of its
 * sequences attends to them.
 */
public final class DecoderModel
    implements Model, Relabelling, Reweighting, Unprompted, RowsBeforeInput {
  /** The field and input of token ids. */
  public static final String IDS = "ids";

  /** The field and input of the targets, which select the tokens to predict. */
  public static final String TARGETS = "targets";

  /** The field and input of the positions of tokens, in a model that takes packs. */
  public static final String POSITIONS = "positions";

  private static final List<InputSpec> INPUTS =
      List.of(
          new InputSpec(IDS, InputSpec.Type.INT32, Shape.of(-1, -1)),
          new InputSpec(TARGETS, InputSpec.Type.FLOAT32, Shape.of(-1, -1)));

  private static final List<InputSpec> PACKED =
      List.of(
          INPUTS.get(0),
          INPUTS.get(1),
          new InputSpec(POSITIONS, InputSpec.Type.INT32, Shape.of(-1, -1)));

  private final DecoderSpec spec;
  private final boolean packed;
  private final int attentionParts;
  private final List<ParameterSpec> parameters;

  /**
   * Builds the model of a description.
   *
   * @throws PalimpsestException if two tensors have the same name
   */
  public DecoderModel(DecoderSpec spec) {
    this(spec, false, 1);
  }

  private DecoderModel(DecoderSpec spec, boolean packed, int attentionParts) {
    this.spec = spec;
    this.packed = packed;
    this.attentionParts = attentionParts;
    this.parameters = parameters(spec);
    Set<String> names = new HashSet<>();
    for (ParameterSpec p : parameters) {
      if (!names.add(p.name())) {
        throw new PalimpsestException(
            "two tensors of the decoder have the name '" + p.name() + "'");
      }
    }
  }

  /** The parameters of a description, in the order in which initial weights are drawn. */
  public static List<ParameterSpec> parameters(DecoderSpec s) {
    return DecoderTensor.of(s).stream().map(DecoderTensor::parameter).toList();
  }

  /**
   * A copy that takes packs: examples of several sequences one after another, with the field {@link
   * #POSITIONS}, {@code [n]} integers, that counts from 0 in each sequence. A token attends only to
   * its own sequence, so a pack has the loss and gradients of its sequences. An example without the
   * field is one sequence.
   */
  public DecoderModel packed() {
    return new DecoderModel(spec, true, 1);
  }

  /**
   * A copy whose attention is computed in parts of the batch, which must have at least as many
   * examples: the same bits, from arrays that are smaller by this factor. Where all scores of a
   * batch leave the processor's caches, this is faster. A model that takes packs stays as it is.
   */
  public DecoderModel attendingInParts(int parts) {
    return packed ? this : new DecoderModel(spec, false, parts);
  }

  /** The description that the model was built from. */
  public DecoderSpec spec() {
    return spec;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return parameters;
  }

  @Override
  public List<InputSpec> inputs() {
    return packed ? PACKED : INPUTS;
  }

  @Override
  public String inputTable() {
    return spec.names().of(DecoderPart.EMBEDDING, 0);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Keys of rows are cached in generation, so a rotation that depends on the length of a
   * sequence (LongRoPE) must be that of short ones.
   */
  @Override
  public int places() {
    return Math.min(spec.positions(), shortLength(spec));
  }

  /** The longest sequence that rotates as short ones do. */
  static int shortLength(DecoderSpec spec) {
    return spec.attentionByLayer().stream()
        .map(AttentionSpec::rope)
        .flatMap(Optional::stream)
        .map(Rope::scaling)
        .filter(Rope.LongRopeScaling.class::isInstance)
        .mapToInt(s -> ((Rope.LongRopeScaling) s).context())
        .min()
        .orElse(Integer.MAX_VALUE);
  }

  @Override
  public Forward forward(Ops tf, Weights at, BatchTensors batch) {
    Operand<TInt32> ids = batch.ints(IDS);
    Operand<TFloat32> targets = batch.floats(TARGETS);
    Operand<TInt32> flat = tf.constant(new int[] {-1});
    List<Output<TInt32>> dims = tf.unstack(tf.shape(ids), 2L).output();
    Operand<TInt32> rows = dims.get(0);
    Operand<TInt32> tokens = dims.get(1);
    Decoder decoder = new Decoder(spec, tf, at);
    Operand<TFloat32> hidden =
        decoder.hidden(
            tf.reshape(ids, flat),
            packed
                ? Attentions.packed(tf, spec, tokens, batch.ints(POSITIONS), decoder.rows())
                : Attentions.causal(tf, spec, tokens, decoder.rows(), attentionParts),
            (layer, fresh) -> fresh);

    // a state predicts the next token: roll to the left; position 0 moves to the end, masked
    Operand<TInt32> left = tf.constant(-1);
    Operand<TInt32> along = tf.constant(1);
    Operand<TInt32> labels = tf.roll(ids, left, along);
    Operand<TFloat32> counted = tf.roll(targets, left, along);
    List<Operand<TFloat32>> whole = new ArrayList<>();
    Operand<TFloat32> ofTokens =
        at.byRows(
            tf,
            hidden,
            tf.reshape(labels, flat),
            spec.vocabulary(),
            (states, next) -> {
              Operand<TFloat32> logits = decoder.logits(states);
              if (states == hidden) {
                whole.add(logits);
              }
              return CrossEntropy.of(tf, logits, next);
            });
    // if the loss is computed in parts, nothing computes all logits unless something asks for them
    Operand<TFloat32> logits = whole.isEmpty() ? decoder.logits(hidden) : whole.get(0);
    Operand<TFloat32> nats = tf.reshape(ofTokens, tf.stack(List.of(rows, tokens), Stack.axis(0L)));
    return Forward.of(
            tf.sum(tf.math.mul(nats, counted), along),
            tf.sum(counted, along),
            tf.reshape(
                logits,
                tf.stack(List.of(rows, tokens, tf.constant(spec.vocabulary())), Stack.axis(0L))))
        .weighing(counted)
        .predicting(labels);
  }

  /**
   * {@inheritDoc}
   *
   * @throws PalimpsestException if an example is empty, has more tokens than the model's positions
   *     plus the one token that they predict, has an id outside the vocabulary, or has a target at
   *     its first token; the message names the example
   */
  @Override
  public SortedMap<String, HostArray> batch(List<Example> examples) {
    List<int[]> ids = new ArrayList<>();
    List<float[]> targets = new ArrayList<>();
    List<int[]> positions = new ArrayList<>();
    for (Example e : examples) {
      Sequence sequence = sequence(e);
      positions.add(sequence.positions());
      ids.add(sequence.ids());
      targets.add(sequence.targets());
    }
    int longest = ids.stream().mapToInt(i -> i.length).max().orElse(0);
    int[] allIds = new int[examples.size() * longest];
    float[] allTargets = new float[allIds.length];
    for (int row = 0; row < ids.size(); row++) {
      System.arraycopy(ids.get(row), 0, allIds, row * longest, ids.get(row).length);
      System.arraycopy(targets.get(row), 0, allTargets, row * longest, ids.get(row).length);
    }
    int[] allPositions = new int[packed ? allIds.length : 0];
    for (int row = 0; packed && row < ids.size(); row++) {
      // padding is at position 0, so that each such token is a sequence of its own
      System.arraycopy(
          positions.get(row), 0, allPositions, row * longest, positions.get(row).length);
    }
    SortedMap<String, HostArray> batch = new TreeMap<>();
    if (packed) {
      batch.put(POSITIONS, new HostArray.Ints(allPositions, examples.size(), longest));
    }
    batch.put(IDS, new HostArray.Ints(allIds, examples.size(), longest));
    batch.put(TARGETS, new HostArray.Floats(allTargets, examples.size(), longest));
    return batch;
  }

  /** The fields of an example. */
  record Sequence(int[] ids, float[] targets, int[] positions) {}

  /** Reads an example and checks it, as {@link #batch} does. */
  Sequence sequence(Example e) {
    if (!(e.fields().get(IDS) instanceof HostArray.Ints i)
        || !(e.fields().get(TARGETS) instanceof HostArray.Floats t)
        || i.values().capacity() != t.values().capacity()) {
      throw new PalimpsestException(
          "example '%s' needs integers '%s' and as many floats '%s'"
              .formatted(e.id(), IDS, TARGETS));
    }
    float[] targets = t.toArray();
    check(e.id(), i.toArray(), targets);
    return new Sequence(i.toArray(), targets, positions(e, targets));
  }

  /** A row predicts the token after it. */
  @Override
  public Example relabelled(Example example, int row, int label) {
    HostArray.Ints ids = (HostArray.Ints) example.fields().get(IDS);
    int[] changed = ids.toArray();
    changed[row + 1] = label;
    SortedMap<String, HostArray> fields = new TreeMap<>(example.fields());
    fields.put(IDS, new HostArray.Ints(changed, ids.shape()));
    return new Example(example.id(), example.tokens(), fields);
  }

  /** A row predicts the token after it; the last row predicts nothing. */
  @Override
  public Example reweighted(Example example, float[] factors) {
    HostArray.Floats targets = (HostArray.Floats) example.fields().get(TARGETS);
    float[] changed = targets.toArray();
    for (int token = 1; token < changed.length; token++) {
      changed[token] *= factors[token - 1];
    }
    SortedMap<String, HostArray> fields = new TreeMap<>(example.fields());
    fields.put(TARGETS, new HostArray.Floats(changed, targets.shape()));
    return new Example(example.id(), example.tokens(), fields);
  }

  @Override
  public Example blank(String id, int tokens) {
    Example blank = UnpromptedText.blank(spec, id, tokens);
    sequence(blank);
    return blank;
  }

  @Override
  public Example ended(Example drawn) {
    return UnpromptedText.ended(spec, drawn, sequence(drawn));
  }

  /** The positions of a pack, or of one sequence. */
  private int[] positions(Example e, float[] targets) {
    HostArray stated = e.fields().get(POSITIONS);
    if (stated == null) {
      return IntStream.range(0, targets.length).toArray();
    }
    int[] positions = stated instanceof HostArray.Ints i ? i.toArray() : new int[0];
    if (!packed) {
      throw new PalimpsestException(
          "example '" + e.id() + "' is a pack of sequences, and the model takes single ones");
    }
    boolean fits = positions.length == targets.length;
    for (int p = 0; fits && p < positions.length; p++) {
      fits = positions[p] == 0 ? targets[p] == 0 : p > 0 && positions[p] == positions[p - 1] + 1;
    }
    if (!fits) {
      throw new PalimpsestException(
          "example '%s' needs integers '%s' that count from 0 in each sequence, and no target at 0"
              .formatted(e.id(), POSITIONS));
    }
    return positions;
  }

  private void check(String id, int[] ids, float[] targets) {
    // the model only predicts the last token, so that token needs no position
    if (ids.length == 0 || ids.length > spec.positions() + 1) {
      throw new PalimpsestException(
          "example '%s' has %d tokens; the model takes 1 to %d"
              .formatted(id, ids.length, spec.positions() + 1));
    }
    if (targets[0] != 0) {
      throw new PalimpsestException(
          "example '" + id + "' wants its first token predicted, with nothing before it");
    }
    for (int token : ids) {
      if (token < 0 || token >= spec.vocabulary()) {
        throw new PalimpsestException(
            "example '%s' has token %d, outside the vocabulary of %d"
                .formatted(id, token, spec.vocabulary()));
      }
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>As in transformers, tables and kernels are drawn from a normal distribution with mean 0 and
   * the configured deviation, gains are 1, and biases and shifts are 0.
   */
  @Override
  public WeightSnapshot initialWeights(RandomGenerator rng) {
    SortedMap<String, Shape> shapes = new TreeMap<>();
    SortedMap<String, float[]> values = new TreeMap<>();
    for (DecoderTensor tensor : DecoderTensor.of(spec)) {
      ParameterSpec p = tensor.parameter();
      float[] v = new float[Math.toIntExact(p.shape().size())];
      OptionalDouble constant = tensor.initial(spec);
      if (constant.isPresent()) {
        Arrays.fill(v, (float) constant.getAsDouble());
      } else {
        for (int i = 0; i < v.length; i++) {
          v[i] = (float) (spec.initialDeviation() * rng.nextGaussian());
        }
      }
      shapes.put(p.name(), p.shape());
      values.put(p.name(), v);
    }
    return WeightSnapshot.computed(shapes, values::get);
  }
}
