package io.github.palimpsest.execution.memory;

import io.github.palimpsest.engine.differentiation.Recompute;
import io.github.palimpsest.engine.weights.Compute;
import io.github.palimpsest.engine.weights.SlotPlace;
import io.github.palimpsest.engine.weights.SlotStorage;
import io.github.palimpsest.engine.weights.SlotType;
import io.github.palimpsest.experiment.subject.ScoredBatch;
import java.util.ArrayList;
import java.util.List;

/**
 * The equation of the peak memory of a process that trains and scores on the CPU. With W the bytes
 * of the weights, P of the trained parameters, V the vocabulary, d the width, n the tokens of a
 * micro-batch, and m those of a batch that is scored:
 *
 * <pre>
 *   peak     = runtime + graphs + host + max(training, scoring)
 *   training = weights + slots + sums + memories + drawn
 *              + (1 + spread) (point + virtual + means + max(forward, backward, update))
 *   forward  = activations + 2 logits
 *   backward = activations + max(logits + head + one layer, 3 head)
 *   update   = (gradients +) 3 times the largest trained tensor, or slot of declared shape
 *   scoring  = W for each way of scoring + (1 + spread) max(2 logits, one layer) of m tokens
 *
 *   weights     = P, and under an adapter also W and what the adapter derives from it; matrices of
 *                 numbers of bfloat16 count half, if anything is recomputed; then two kernels and
 *                 the table of the head are temporary values in float32
 *   slots       = P times the declared slots, and those of declared shapes; the optimizer's count
 *                 half in bfloat16
 *   sums        = P with accumulation; for each pass if the update needs the gradient of each
 *   memories    = P times the declared snapshots, for each finished task
 *   drawn       = the declared tensors that regularizers draw once
 *   point       = P if there are several passes; W in effective space; with accumulation it is
 *                 stored and not temporary
 *   virtual     = P if a rehearsal chooses examples by a virtual step; an upper bound, since it is
 *                 there before the step and not during it
 *   means       = twice the largest trained tensor with slots in bfloat16: its slots in float32
 *   activations = n layers {@link LayerActivations#kept}
 *   logits      = n V
 *   head        = V d if the table of the head is trained: its gradient is the first. If the
 *                 embedding is another table, its update is next to the activations: the gradient,
 *                 the decayed table and the moved one
 *   gradients   = P if the update needs the norm of all of them, or with accumulation, where all
 *                 exist at once; else each is used at once
 * </pre>
 *
 * <p>If the loss is computed in K parts ({@code loss-chunk}), a part has logits of n V / K, and the
 * table's gradient of a part exists next to their sum:
 *
 * <pre>
 *   forward  = activations + 2 logits
 *   backward = activations + head + max(2 logits, logits + head, one layer)
 * </pre>
 *
 * <p>The rows that an adapter puts before the input take a place in each example, trained or
 * scored: n is n and these places for activations and layers, not for logits.
 *
 * <p>With products in bfloat16, the rounded factors are kept as well: half of W, and half of the
 * inputs of all products. Rehearsal and regularizers count by the passes and snapshots that they
 * declare; another pass is a forward one whose logits are held, except those of a rehearsal's
 * choice, which are over before the step begins.
 *
 * <p>{@code spread} is what the runtime's allocator leaves unused between temporary values: it
 * takes memory in regions of doubled size and gives none back. The constants were measured on
 * x86-64 with the options of the launcher; {@code runners/docs/memory.md} has the table.
 */
public final class PeakModel {
  /** JVM, native libraries, tokenizer and database. */
  static final long RUNTIME = 385_000_000;

  /** The runtime's and Java's objects for a layer in one pass of a step. */
  static final long LAYER_GRAPH = 4_200_000;

  /** The same for a layer without gradients. */
  static final long LAYER_SCORING = 1_200_000;

  /** The same for a trained tensor of an adapter. */
  static final long ADAPTER_GRAPH = 180_000;

  /** Memory between temporary values, as a share of them. */
  static final double SPREAD = 0.4;

  /** Tensors on their way between files and runtime, in copies of the largest. */
  static final double HOST_COPIES = 3;

  /** Copies of a tensor while it is changed: its gradient, decayed and moved. */
  private static final int UPDATED = 3;

  /**
   * Slots of a tensor that exist in float32 while it is changed, if they are stored in bfloat16.
   */
  private static final int WIDENED = 2;

  private static final int FLOAT = Float.BYTES;

  /** Bytes of a number in bfloat16. */
  private static final int HALF = 2;

  /** Slots in the memory of the host, whatever device trains. */
  static final String HOST_SLOTS = "host slots";

  private static final String POINT = "the weights at the top of the ascent";

  private final Workload w;
  private final Recompute recompute;
  private final LayerActivations layer;

  private PeakModel(Workload w) {
    this.w = w;
    this.recompute = w.training().recompute().of(w.model().parameters());
    this.layer = new LayerActivations(w.spec(), w.tokens() + w.rows());
  }

  /** The predicted peak of a run. */
  public static MemoryEstimate of(Workload w) {
    return new PeakModel(w).estimate();
  }

  private MemoryEstimate estimate() {
    List<MemoryEstimate.Part> training = training();
    List<MemoryEstimate.Part> scoring = scoring();
    boolean trains = sum(training) >= sum(scoring);
    List<MemoryEstimate.Part> parts = new ArrayList<>(trains ? training : scoring);
    int passes =
        (int) Math.ceil(w.cost().passesPerStep() - w.choosingPasses() + w.choosingGraphs());
    long graphs =
        w.spec().layers() * (LAYER_GRAPH * passes + LAYER_SCORING)
            + (w.isAdapted() ? ADAPTER_GRAPH * w.trained().size() : 0);
    add(parts, "graphs", graphs, "operations of a step with " + passes + " passes, and of scoring");
    add(parts, "host", host(), "tensors between files and the runtime");
    add(parts, "runtime", RUNTIME, "JVM and native libraries");
    return new MemoryEstimate(trains ? "training" : "scoring", parts);
  }

  private long host() {
    long largest = w.model().parameters().stream().mapToLong(p -> p.shape().size()).max().orElse(0);
    return Math.round(HOST_COPIES * FLOAT * largest);
  }

  private List<MemoryEstimate.Part> training() {
    List<MemoryEstimate.Part> parts = new ArrayList<>();
    long trained = FLOAT * w.trainedFloats();
    add(
        parts,
        "weights",
        trained + FLOAT * w.frozenFloats() - (w.isNarrow() ? HALF * w.matrixFloats() : 0),
        w.isAdapted()
            ? "the frozen base" + (w.isNarrow() ? " in bfloat16" : "") + " and the trained adapter"
            : "all trained");
    double slots = w.slotsPerParameter();
    SlotStorage stored = w.training().slots();
    add(
        parts,
        stored.place() == SlotPlace.HOST ? HOST_SLOTS : "slots",
        w.slotBytes(),
        "optimizer state"
            + (stored.type() == SlotType.FLOAT32 ? "" : " in " + stored.type())
            + (stored.place() == SlotPlace.HOST ? " on the host" : "")
            + ", slots a parameter: "
            + slots);
    if (w.accumulates()) {
      add(parts, "sums", w.sums() * trained, "gradients summed over micro-batches");
      add(parts, "stored point", FLOAT * w.pointFloats(), POINT);
    }
    long finished = w.tasks() - 1L;
    add(
        parts,
        "memories",
        Math.round(w.cost().snapshotsPerTask() * finished * trained),
        "snapshots for " + finished + " finished tasks");
    add(parts, "drawn", FLOAT * w.drawnFloats(), "fixed random tensors of regularizers");
    List<MemoryEstimate.Part> temporary = new ArrayList<>();
    if (!w.accumulates()) {
      add(temporary, "point", FLOAT * w.pointFloats(), POINT);
    }
    add(temporary, "virtual point", FLOAT * w.virtualFloats(), "the weights after a virtual step");
    if (w.isNarrow() && w.training().compute() == Compute.FLOAT32) {
      long table = (long) w.spec().vocabulary() * w.spec().width();
      add(
          temporary,
          "widened",
          FLOAT * (2 * w.largestKernel() + table),
          "the head's table and two kernels, for products in float32");
    }
    if (stored.type() == SlotType.BFLOAT16) {
      add(
          temporary,
          "means",
          WIDENED * FLOAT * w.largestTrained(),
          "the slots of one tensor in float32");
    }
    step(temporary);
    return spread(parts, temporary);
  }

  /** The temporary values of a step at its largest moment. */
  private void step(List<MemoryEstimate.Part> parts) {
    long n = w.batchTokens();
    long places = w.batchPlaces();
    long activations = FLOAT * places * w.spec().layers() * layer.kept(recompute);
    long logits = FLOAT * n * w.spec().vocabulary();
    int count = w.training().lossChunk().parts(n, w.spec().vocabulary());
    long head = w.isAdapted() ? 0 : FLOAT * (long) w.spec().vocabulary() * w.spec().width();
    long one = FLOAT * places * (recompute == Recompute.NOTHING ? layer.passing() : layer.all());
    double others = w.cost().passesPerStep() - w.passes() - w.choosingPasses();
    long extra = (long) Math.ceil(others - 1e-9) * 2 * logits;
    long bfloat = w.training().compute() == Compute.BFLOAT16 ? rounded(places) : 0;
    long part = logits / count;
    long inParts = Math.max(2 * part, part + head);
    long forward = activations + 2 * part;
    long changed = w.spec().tiedHead() ? 0 : UPDATED * head;
    long rest = count == 1 ? head + part + one : head + Math.max(inParts, one);
    long backward = activations + Math.max(rest, changed);
    boolean held = w.holdsGradients() || w.accumulates();
    long largest = Math.max(w.largestTrained(), w.largestSlot());
    long update = (held ? FLOAT * w.trainedFloats() : 0) + UPDATED * FLOAT * largest;
    // with accumulation, the point is given up before the update
    long free = w.accumulates() ? FLOAT * w.pointFloats() : 0;
    if (update - free > Math.max(forward, backward) + extra + bfloat) {
      add(parts, "update", update - free, "gradients and tensors that are being changed");
      return;
    }
    add(
        parts,
        "activations",
        activations,
        "of " + places + (places > n ? " places" : " tokens") + ", recompute " + recompute);
    if (count > 1) {
      addParts(parts, count, part, head, one);
      add(parts, "other passes", extra, "forward passes of other components");
      add(parts, "rounded", bfloat, "factors of products in bfloat16");
      return;
    }
    boolean loss = forward >= backward;
    if (!loss && changed > rest) {
      add(parts, "head", changed, "the table of the head while it is changed");
      add(parts, "other passes", extra, "forward passes of other components");
      add(parts, "rounded", bfloat, "factors of products in bfloat16");
      return;
    }
    add(
        parts,
        "logits",
        (loss ? 2 : 1) * logits,
        n
            + " tokens x "
            + w.spec().vocabulary()
            + (loss ? ", and their softmax" : ", their gradient"));
    if (!loss) {
      add(parts, "head", head, "the gradient of the table of the head");
      add(parts, "layer", one, "one layer, computed again");
    }
    add(parts, "other passes", extra, "forward passes of other components");
    add(parts, "rounded", bfloat, "factors of products in bfloat16");
  }

  /** The largest moment of a backward pass whose loss is computed in parts. */
  private void addParts(
      List<MemoryEstimate.Part> parts, int count, long part, long head, long one) {
    boolean summed = part + head >= 2 * part;
    add(parts, "head", head, "the gradient of the table of the head");
    if (Math.max(2 * part, part + head) < one) {
      add(parts, "layer", one, "one layer, computed again");
      return;
    }
    add(
        parts,
        "logits",
        (summed ? 1 : 2) * part,
        "of one of " + count + " parts of the tokens" + (summed ? "" : ", and their softmax"));
    if (summed) {
      add(parts, "part", head, "the table's gradient of this part");
    }
  }

  /** Factors of products that are kept in bfloat16. */
  private long rounded(long n) {
    long inputs = w.spec().layers() * layer.productInputs() + w.spec().width();
    return HALF * ((w.isNarrow() ? 0 : w.modelFloats()) + n * inputs);
  }

  private List<MemoryEstimate.Part> scoring() {
    List<MemoryEstimate.Part> parts = new ArrayList<>();
    long ways = w.scored().stream().map(ScoredBatch::generated).distinct().count();
    add(parts, "weights", ways * FLOAT * w.modelFloats(), "scored as a whole model");
    long logits = 0;
    long values = 0;
    long cache = 0;
    for (ScoredBatch batch : w.scored()) {
      long rows = batch.rows();
      long m = rows * batch.tokens();
      long places = rows * (batch.tokens() + w.rows());
      logits = Math.max(logits, (batch.generated() ? rows : m) * 2 * FLOAT * w.spec().vocabulary());
      values =
          Math.max(
              values,
              places * FLOAT * new LayerActivations(w.spec(), batch.tokens() + w.rows()).passing());
      cache =
          Math.max(
              cache,
              batch.generated() ? 2 * places * FLOAT * w.spec().layers() * layer.cached() : 0);
    }
    List<MemoryEstimate.Part> temporary = new ArrayList<>();
    add(temporary, "cache", cache, "keys and values of generated text, before and after a token");
    add(
        temporary,
        logits >= values ? "logits" : "layer",
        Math.max(logits, values),
        "of a batch that is scored");
    return spread(parts, temporary);
  }

  /** All parts, with what is between the temporary ones. */
  private static List<MemoryEstimate.Part> spread(
      List<MemoryEstimate.Part> lasting, List<MemoryEstimate.Part> temporary) {
    List<MemoryEstimate.Part> all = new ArrayList<>(lasting);
    all.addAll(temporary);
    add(
        all,
        "spread",
        Math.round(SPREAD * sum(temporary)),
        Math.round(100 * SPREAD) + " % of the temporary values, unused between them");
    return all;
  }

  private static void add(
      List<MemoryEstimate.Part> parts, String name, long bytes, String meaning) {
    if (bytes > 0) {
      parts.add(new MemoryEstimate.Part(name, bytes, meaning));
    }
  }

  private static long sum(List<MemoryEstimate.Part> parts) {
    return parts.stream().mapToLong(MemoryEstimate.Part::bytes).sum();
  }
}
