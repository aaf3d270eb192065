package io.github.palimpsest.llm.score;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.decoder.TargetLikelihoods;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.inference.Inference;
import io.github.palimpsest.engine.inference.SideBySide;
import io.github.palimpsest.llm.text.ExampleEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;

/**
 * The log-likelihoods of a model with given weights, which can be replaced without building the
 * graph again.
 *
 * <p>Examples of similar length share a batch, so there is little padding; outcomes are returned in
 * the order of the examples. The batch size is fixed: another size sums in another order and may
 * differ in the last digits, so it belongs to a result's identity. Examples with shared beginnings
 * are faster in {@link #sharing}.
 *
 * <p>Each of the programs is built when it is first used. Of a batch whose scores of attention
 * leave the processor's caches, attention is computed in parts, with the same bits.
 */
public final class ModelLogLikelihoods implements LogLikelihoods, AutoCloseable {
  private static final String NATS = "nats";
  private static final String GREEDY = "greedy";
  private static final long MOST_BYTES = 1L << 30;

  /** Scores of attention that leave the processor's caches. */
  private static final long LARGE_BYTES = 1L << 25;

  /** Parts of a batch whose scores are larger than that. */
  private static final int PARTS = 8;

  private final Model model;
  private final int batchSize;
  private final boolean onCpu;
  private final Inference inference;

  /** By the number of parts in which attention is computed. */
  private final Map<Integer, Inference.Call> programs = new HashMap<>();

  private @Nullable TargetLikelihoods targets;

  /**
   * @param model a model of token ids: its examples have the fields {@code ids} and {@code targets}
   * @param weights its weights
   * @param device the device to run on
   * @param batchSize examples per batch, at least 1
   */
  public ModelLogLikelihoods(Model model, WeightSnapshot weights, Device device, int batchSize) {
    if (batchSize < 1) {
      throw new PalimpsestException("the batch size must be at least 1, not " + batchSize);
    }
    this.model = model;
    this.batchSize = batchSize;
    this.onCpu = !device.gpu();
    this.inference = new Inference(model.parameters(), weights, device);
  }

  private static Map<String, Operand<?>> build(
      Model model, Ops tf, Weights at, Function<InputSpec, Operand<?>> inputs) {
    Forward forward = model.forward(tf, at, new FedInputs(model, inputs));
    return Map.of(
        NATS,
        forward.lossPerExample(),
        GREEDY,
        tf.math.argMax(forward.logits(), tf.constant(-1), TInt32.class));
  }

  /** Whether these weights can be measured; others need an object of their own. */
  public boolean takes(WeightSnapshot weights) {
    return inference.takes(weights);
  }

  /** Measures other weights from now on. */
  public void load(WeightSnapshot weights) {
    inference.load(weights);
  }

  /** Gives up the memory of the weights until others are loaded. */
  public void release() {
    inference.release();
  }

  /**
   * Examples that are computed together.
   *
   * @param rows their places among all
   * @param program computes them
   */
  private record Batch(List<Integer> rows, Inference.Call program) {}

  @Override
  public List<Outcome> of(List<Example> examples) {
    inference.requireRoom(model, examples);
    int[] lengths = examples.stream().mapToInt(Example::tokens).toArray();
    List<Integer> byLength =
        IntStream.range(0, examples.size())
            .boxed()
            .sorted(Comparator.comparingInt((Integer i) -> lengths[i]).reversed())
            .toList();
    Outcome[] outcomes = new Outcome[examples.size()];
    List<Batch> batches = new ArrayList<>();
    for (int from = 0; from < byLength.size(); from += batchSize) {
      List<Integer> rows = byLength.subList(from, Math.min(byLength.size(), from + batchSize));
      batches.add(new Batch(rows, program(parts(rows.size(), lengths[rows.get(0)]))));
    }
    int longest = byLength.isEmpty() ? 0 : lengths[byLength.get(0)];
    SideBySide.forEach(
        atOnce(model, inference.sideBySide(), batchSize, longest),
        batches,
        batch -> {
          List<Outcome> found =
              run(batch.program(), batch.rows().stream().map(examples::get).toList());
          for (int row = 0; row < found.size(); row++) {
            outcomes[batch.rows().get(row)] = found.get(row);
          }
        });
    return List.of(outcomes);
  }

  /**
   * The number of batches that are computed at once: what keeps the processors busy, unless their
   * attention and logits together take more than a gigabyte.
   *
   * @param sideBySide the runs that keep the processors busy
   * @param rows the examples of a batch
   * @param tokens the tokens of the longest one
   */
  public static int atOnce(Model model, int sideBySide, int rows, int tokens) {
    if (!(model instanceof DecoderModel decoder)) {
      return sideBySide;
    }
    DecoderSpec spec = decoder.spec();
    long floats = 3L * spec.attention().heads() * tokens + 2L * spec.vocabulary();
    long bytes = Math.max(1, Float.BYTES * floats * rows * tokens);
    return (int) Math.max(1, Math.min(sideBySide, MOST_BYTES / bytes));
  }

  /**
   * The same log-likelihoods for examples of which several begin with the same tokens, such as the
   * choices of a question. A decoder computes these tokens once, and logits only where a target is
   * predicted. The last digits can differ from those of {@link #of}; they are the same for the same
   * examples, in whatever order. Other models compute them as {@link #of} does.
   */
  public LogLikelihoods sharing() {
    return model instanceof DecoderModel decoder ? examples -> shared(decoder, examples) : this;
  }

  private List<Outcome> shared(DecoderModel decoder, List<Example> examples) {
    TargetLikelihoods open = targets;
    if (open == null) {
      open = new TargetLikelihoods(decoder.spec(), inference);
      targets = open;
    }
    return open.of(examples).stream()
        .map(o -> new Outcome(o.nats(), o.targets(), o.right()))
        .toList();
  }

  /** The number of parts: several if the scores of a batch leave the caches of a CPU. */
  private int parts(int rows, int tokens) {
    boolean large =
        onCpu
            && rows >= PARTS
            && model instanceof DecoderModel decoder
            && (long) Float.BYTES * rows * decoder.spec().attention().heads() * tokens * tokens
                > LARGE_BYTES;
    return large ? PARTS : 1;
  }

  private Inference.Call program(int parts) {
    return programs.computeIfAbsent(
        parts,
        p -> {
          Model built =
              p > 1 && model instanceof DecoderModel decoder ? decoder.attendingInParts(p) : model;
          return inference.program(model.inputs(), (tf, at, in) -> build(built, tf, at, in));
        });
  }

  private List<Outcome> run(Inference.Call program, List<Example> batch) {
    Map<String, HostArray> result = program.run(model.batch(batch));
    float[] nats = ((HostArray.Floats) result.get(NATS)).toArray();
    HostArray.Ints greedy = (HostArray.Ints) result.get(GREEDY);
    int width = (int) greedy.shape()[1];
    List<Outcome> outcomes = new ArrayList<>();
    for (int row = 0; row < batch.size(); row++) {
      Map<String, HostArray> fields = batch.get(row).fields();
      int[] ids = ((HostArray.Ints) fields.get(ExampleEncoder.IDS)).toArray();
      float[] targets = ((HostArray.Floats) fields.get(ExampleEncoder.TARGETS)).toArray();
      int[] best = Arrays.copyOfRange(greedy.toArray(), row * width, (row + 1) * width);
      int count = 0;
      int right = 0;
      for (int t = 1; t < ids.length; t++) {
        if (targets[t] > 0) {
          count++;
          right += best[t - 1] == ids[t] ? 1 : 0;
        }
      }
      outcomes.add(new Outcome(nats[row], count, right));
    }
    return outcomes;
  }

  @Override
  public void close() {
    inference.close();
  }
}
