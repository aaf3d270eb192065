package io.github.palimpsest.decoder;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.engine.inference.Inference;
import io.github.palimpsest.engine.inference.SideBySide;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The log-likelihoods of the targets of examples, as {@link DecoderModel} defines them, without
 * what its forward pass computes and nobody reads: a beginning that several examples share is
 * computed once, and logits are computed only for the tokens before targets.
 *
 * <p>Not thread-safe.
 */
public final class TargetLikelihoods {
  /** Tokens in a batch. Fewer share a product's overhead less, more leave the processor's cache. */
  private static final int TOKENS = 512;

  /** Logits in memory at the same time. */
  private static final int LOGITS = 1 << 24;

  private static final String STATES = "states";
  private static final String NATS = "nats";
  private static final String GREEDY = "greedy";
  private static final Shape ROWS = Shape.of(-1, -1);
  private static final InputSpec IDS = new InputSpec(DecoderModel.IDS, InputSpec.Type.INT32, ROWS);
  private static final InputSpec POSITIONS =
      new InputSpec(DecoderModel.POSITIONS, InputSpec.Type.INT32, ROWS);
  private static final InputSpec ENDS = new InputSpec("ends", InputSpec.Type.INT32, ROWS);
  private static final InputSpec PLACES =
      new InputSpec("places", InputSpec.Type.INT32, Shape.of(-1));
  private static final InputSpec WANTED =
      new InputSpec("wanted", InputSpec.Type.INT32, Shape.of(-1, 2));

  private final DecoderModel model;
  private final Inference weights;
  private final DecoderSpec spec;
  private final InputSpec hidden;
  private final Inference.Call states;
  private final Inference.Call predictions;

  /**
   * The targets of one example.
   *
   * @param nats minus the sum of their natural log-probabilities
   * @param targets their number
   * @param right the number of those that are the model's most likely token
   */
  public record Outcome(double nats, int targets, int right) {}

  /**
   * A token to predict.
   *
   * @param place that of the token before it
   * @param token the token
   * @param example the number of its example
   * @param weight its weight as a target
   */
  private record Wanted(int place, int token, int example, float weight) {}

  /**
   * @param description of the model
   * @param weights has its parameters
   */
  public TargetLikelihoods(DecoderSpec description, Inference weights) {
    this.weights = weights;
    spec = description;
    model = new DecoderModel(spec); // packs are refused
    hidden = new InputSpec(STATES, InputSpec.Type.FLOAT32, Shape.of(-1, spec.width()));
    states = weights.program(List.of(IDS, POSITIONS, ENDS), this::states);
    predictions = weights.program(List.of(hidden, PLACES, WANTED), this::predictions);
  }

  private Map<String, Operand<?>> states(
      Ops tf, Weights at, Function<InputSpec, Operand<?>> inputs) {
    Operand<TInt32> ids = ints(inputs.apply(IDS));
    List<Output<TInt32>> dims = tf.unstack(tf.shape(ids), 2L).output();
    Decoder decoder = new Decoder(spec, tf, at);
    Attentions attentions =
        Attentions.branching(
            tf,
            spec,
            dims.get(1),
            ints(inputs.apply(POSITIONS)),
            ints(inputs.apply(ENDS)),
            decoder.rows());
    return Map.of(
        STATES,
        decoder.hidden(
            tf.reshape(ids, tf.constant(new int[] {-1})), attentions, (layer, fresh) -> fresh));
  }

  @SuppressWarnings("unchecked") // the declared type of the input says so
  private Map<String, Operand<?>> predictions(
      Ops tf, Weights at, Function<InputSpec, Operand<?>> inputs) {
    Operand<TFloat32> all = (Operand<TFloat32>) inputs.apply(hidden);
    Operand<TInt32> wanted = ints(inputs.apply(WANTED));
    Operand<TInt32> along = tf.constant(1);
    Operand<TInt32> first = tf.constant(0);
    Operand<TInt32> of = tf.unstack(wanted, 2L, Unstack.axis(1L)).output().get(0);
    Operand<TFloat32> logits =
        new Decoder(spec, tf, at).logits(tf.gather(all, ints(inputs.apply(PLACES)), first));
    // as the model's loss: max p = 1 / sum exp(z - max z)
    Operand<TFloat32> certainty = tf.math.log(tf.max(tf.nn.softmax(logits), along));
    Operand<TFloat32> below =
        tf.math.sub(tf.gather(tf.max(logits, along), of, first), tf.gatherNd(logits, wanted));
    return Map.of(
        NATS,
        tf.math.sub(below, tf.gather(certainty, of, first)),
        GREEDY,
        tf.gather(tf.math.argMax(logits, along, TInt32.class), of, first));
  }

  /**
   * The outcome of each example, in the order given. It depends on the others in its last digits
   * only.
   *
   * @throws io.github.palimpsest.api.PalimpsestException as {@link DecoderModel#batch}
   */
  public List<Outcome> of(List<Example> examples) {
    weights.requireRoom(model, examples);
    List<DecoderModel.Sequence> sequences = examples.stream().map(model::sequence).toList();
    Sums sums = new Sums(examples.size());
    int[] some =
        IntStream.range(0, examples.size()).filter(i -> fed(sequences.get(i)) > 0).toArray();
    // a model whose rotation depends on the longest sequence of a batch gets them apart
    int border = DecoderModel.shortLength(spec);
    of(Arrays.stream(some).filter(i -> fed(sequences.get(i)) <= border).toArray(), sequences, sums);
    of(Arrays.stream(some).filter(i -> fed(sequences.get(i)) > border).toArray(), sequences, sums);
    return sums.outcomes();
  }

  /** The number of tokens before the last target. */
  private static int fed(DecoderModel.Sequence sequence) {
    int last = sequence.targets().length - 1;
    while (last > 0 && sequence.targets()[last] == 0) {
      last--;
    }
    return last;
  }

  private void of(int[] numbers, List<DecoderModel.Sequence> sequences, Sums sums) {
    List<int[]> fed =
        Arrays.stream(numbers)
            .mapToObj(i -> Arrays.copyOf(sequences.get(i).ids(), fed(sequences.get(i))))
            .toList();
    SideBySide.forEach(
        weights.sideBySide(),
        PrefixRows.of(fed, TOKENS),
        batch -> of(batch, numbers, sequences, sums));
  }

  /** The outcomes of the sequences in a batch, which are in no other one. */
  private void of(
      List<PrefixRows.Row> batch, int[] numbers, List<DecoderModel.Sequence> sequences, Sums sums) {
    int length = batch.get(0).length();
    List<Wanted> wanted = new ArrayList<>();
    for (int row = 0; row < batch.size(); row++) {
      PrefixTree tree = batch.get(row).tree();
      for (int s = 0; s < tree.sequences(); s++) {
        int example = numbers[batch.get(row).sequences().get(s)];
        DecoderModel.Sequence sequence = sequences.get(example);
        int[] places = tree.places(s);
        for (int p = 0; p < places.length; p++) {
          float weight = sequence.targets()[p + 1];
          if (weight != 0) {
            int place = row * length + places[p];
            wanted.add(new Wanted(place, sequence.ids()[p + 1], example, weight));
          }
        }
      }
    }
    wanted.sort(Comparator.comparingInt(Wanted::place));
    try (Inference.Held held = states.run(batch(batch), Inference.Held.NOTHING, Set.of(STATES))) {
      int most = Math.max(1, LOGITS / spec.vocabulary());
      for (int from = 0; from < wanted.size(); ) {
        from = predict(wanted, from, most, held, sums);
      }
    }
  }

  private static Map<String, HostArray> batch(List<PrefixRows.Row> rows) {
    int length = rows.get(0).length();
    int[] ids = new int[rows.size() * length];
    int[] positions = new int[ids.length];
    int[] ends = new int[ids.length];
    for (int row = 0; row < rows.size(); row++) {
      for (int place = rows.get(row).length(); place < length; place++) {
        ends[row * length + place] = place + 1; // padding is a sequence of its own
      }
      rows.get(row).tree().copy(ids, positions, ends, row * length);
    }
    return Map.of(
        IDS.name(), new HostArray.Ints(ids, rows.size(), length),
        POSITIONS.name(), new HostArray.Ints(positions, rows.size(), length),
        ENDS.name(), new HostArray.Ints(ends, rows.size(), length));
  }

  /**
   * Predicts what is wanted after the next places.
   *
   * @param most the number of places
   * @return the number of the first one that is wanted after other places
   */
  private int predict(List<Wanted> wanted, int from, int most, Inference.Held held, Sums sums) {
    int[] places = new int[Math.min(most, wanted.size() - from)];
    List<int[]> pairs = new ArrayList<>();
    int count = 0;
    int to = from;
    for (; to < wanted.size(); to++) {
      Wanted w = wanted.get(to);
      if (count == 0 || places[count - 1] != w.place()) {
        if (count == most) {
          break;
        }
        places[count++] = w.place();
      }
      pairs.add(new int[] {count - 1, w.token()});
    }
    int[] flat = pairs.stream().flatMapToInt(Arrays::stream).toArray();
    Map<String, HostArray> fed =
        Map.of(
            PLACES.name(), new HostArray.Ints(Arrays.copyOf(places, count), count),
            WANTED.name(), new HostArray.Ints(flat, pairs.size(), 2));
    try (Inference.Held found = predictions.run(fed, held, Set.of())) {
      float[] nats = ((HostArray.Floats) found.arrays().get(NATS)).toArray();
      int[] greedy = ((HostArray.Ints) found.arrays().get(GREEDY)).toArray();
      for (int i = from; i < to; i++) {
        sums.add(wanted.get(i), nats[i - from], greedy[i - from]);
      }
    }
    return to;
  }

  /** The outcomes of all examples. */
  private static final class Sums {
    private final double[] nats;
    private final int[] targets;
    private final int[] right;

    Sums(int examples) {
      nats = new double[examples];
      targets = new int[examples];
      right = new int[examples];
    }

    void add(Wanted wanted, float found, int greedy) {
      nats[wanted.example()] += (double) wanted.weight() * found;
      targets[wanted.example()]++;
      right[wanted.example()] += greedy == wanted.token() ? 1 : 0;
    }

    List<Outcome> outcomes() {
      return IntStream.range(0, nats.length)
          .mapToObj(i -> new Outcome(nats[i], targets[i], right[i]))
          .toList();
    }
  }

  @SuppressWarnings("unchecked") // the declared type of the input says so
  private static Operand<TInt32> ints(Operand<?> operand) {
    return (Operand<TInt32>) operand;
  }
}
