package io.github.palimpsest.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import io.github.palimpsest.ablation.PeakMemory;
import io.github.palimpsest.api.Example;
import io.github.palimpsest.api.HostArray;
import io.github.palimpsest.api.InputSpec;
import io.github.palimpsest.api.ParameterSpec;
import io.github.palimpsest.api.WeightSnapshot;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.engine.Compute;
import io.github.palimpsest.engine.Device;
import io.github.palimpsest.engine.Inference;
import io.github.palimpsest.engine.StepGraph;
import io.github.palimpsest.engine.Strategy;
import io.github.palimpsest.engine.Streams;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.llm.model.LlamaModel;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.tensorflow.ndarray.Shape;

/** One recipe's training step on random tokens, timed step by step. */
final class StepBench implements AutoCloseable {
  /** Steps at the start that the median leaves out. */
  static final int WARM_UP = 4;

  private static final int GEMM = 2048;
  private static final int GEMM_RUNS = 8;
  private static final long SEED = 1;

  private final BenchShape shape;
  private final Recipe recipe;
  private final LlamaModel model;
  private final StepGraph graph;
  private final List<Double> millis = new ArrayList<>();
  private final List<Double> cpuMillis = new ArrayList<>();
  private double buildSeconds;
  private double startToFirstStep;

  StepBench(BenchShape shape, Recipe recipe, Device device, Compute compute) {
    this.shape = shape;
    this.recipe = recipe;
    this.model = new LlamaModel(shape.config());
    long begun = System.nanoTime();
    this.graph =
        StepGraph.firstTask(
            model,
            RandomWeights.of(model.parameters(), SEED),
            Strategy.of(recipe),
            Training.epochs(1, shape.batch()).with(compute),
            SEED,
            device);
    buildSeconds = (System.nanoTime() - begun) / 1e9;
  }

  /** Trains one more step, one of {@code total}, and notes its time. */
  void step(int total) {
    int step = millis.size();
    List<Example> batch = batch(step);
    long begun = System.nanoTime();
    long worked = processorNanos();
    graph.step(batch, step, total);
    millis.add((System.nanoTime() - begun) / 1e6);
    cpuMillis.add((processorNanos() - worked) / 1e6);
    if (step == 0) {
      startToFirstStep =
          (System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime()) / 1e3;
    }
  }

  private List<Example> batch(int step) {
    RandomGenerator rng = Streams.stream(SEED, "bench", 0, step);
    List<Example> batch = new ArrayList<>();
    for (int row = 0; row < shape.batch(); row++) {
      int[] ids = rng.ints(shape.tokens(), 0, model.config().vocabulary()).toArray();
      float[] targets = new float[ids.length];
      Arrays.fill(targets, 1, targets.length, 1);
      TreeMap<String, HostArray> fields = new TreeMap<>();
      fields.put(LlamaModel.IDS, new HostArray.Ints(ids, ids.length));
      fields.put(LlamaModel.TARGETS, new HostArray.Floats(targets, targets.length));
      batch.add(new Example("bench/" + step + "/" + row, ids.length, fields));
    }
    return batch;
  }

  /** What this process has taken of all processors. */
  private static long processorNanos() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean os
        ? os.getProcessCpuTime()
        : 0;
  }

  /** The median of the steps after the warm-up. */
  double medianMillis() {
    return median(millis);
  }

  private static double median(List<Double> ofSteps) {
    double[] tail =
        ofSteps.stream()
            .skip(ofSteps.size() > WARM_UP ? WARM_UP : 0)
            .mapToDouble(Double::doubleValue)
            .sorted()
            .toArray();
    int middle = tail.length / 2;
    return tail.length % 2 == 1 ? tail[middle] : (tail[middle - 1] + tail[middle]) / 2;
  }

  private double minMillis() {
    return millis.stream()
        .skip(millis.size() > WARM_UP ? WARM_UP : 0)
        .mapToDouble(Double::doubleValue)
        .min()
        .orElse(Double.NaN);
  }

  /** Floats of optimizer state. */
  long slotFloats() {
    return graph.slotFloats();
  }

  /** Floats that are trained. */
  long trainableFloats() {
    return graph.trainableFloats();
  }

  /** The measurement, with the keys that the peers' script prints and some of its own. */
  ObjectNode json() {
    double passes = recipe.optimizer().traits().cost().passesPerStep();
    long parameters = model.parameters().stream().mapToLong(p -> p.shape().size()).sum();
    long peakBytes = PeakMemory.bytes();
    double peak = gemmGflops();
    double achieved =
        passes * shape.flopsPerPass(trainableFloats() < parameters) / medianMillis() / 1e6;
    ObjectNode node = Json.object().put("peer", "palimpsest").put("version", Version.current());
    node.put("threads", Runtime.getRuntime().availableProcessors());
    node.put("shape", shape.name());
    node.put("recipe", recipe.toString());
    node.put("parameters", parameters);
    node.put("trainable", trainableFloats());
    node.put("slot_floats", slotFloats());
    node.put("passes_per_step", passes);
    node.put("steps", millis.size());
    node.put("median_ms", rounded(medianMillis(), 10));
    node.put("min_ms", rounded(minMillis(), 10));
    node.put("cpu_ms", rounded(median(cpuMillis), 10));
    node.put("first_step_ms", rounded(millis.get(0), 10));
    node.put("build_s", rounded(buildSeconds, 100));
    node.put("start_to_first_step_s", rounded(startToFirstStep, 100));
    node.put("peak_rss_gb", peakBytes < 0 ? null : (Double) rounded(peakBytes / 1e9, 100));
    node.put("gemm_2048_gflops", rounded(peak, 10));
    node.put("achieved_gflops", rounded(achieved, 10));
    return node.put("share_of_gemm", rounded(achieved / peak, 1000));
  }

  static double rounded(double value, double parts) {
    return Math.round(value * parts) / parts;
  }

  /** What the machine reaches on a product of two square matrices, in this process. */
  private static double gemmGflops() {
    ParameterSpec square = new ParameterSpec("a", Shape.of(GEMM, GEMM), ParameterSpec.Role.KERNEL);
    RandomGenerator rng = Streams.stream(SEED, "gemm", 0, 0);
    float[] values = new float[GEMM * GEMM];
    for (int i = 0; i < values.length; i++) {
      values[i] = rng.nextFloat();
    }
    WeightSnapshot weights = WeightSnapshot.of(Map.of("a", square.shape()), Map.of("a", values));
    InputSpec scale = new InputSpec("scale", InputSpec.Type.FLOAT32, Shape.of(1));
    try (Inference inference = new Inference(List.of(square), weights, Device.CPU)) {
      Inference.Call product =
          inference.program(
              List.of(scale),
              (tf, at, inputs) ->
                  Map.of(
                      "corner",
                      tf.slice(
                          at.matMul(at.dense("a"), "a"),
                          tf.constant(new int[] {0, 0}),
                          tf.constant(new int[] {1, 1}))));
      double best = Double.MAX_VALUE;
      for (int run = 0; run < GEMM_RUNS; run++) {
        long begun = System.nanoTime();
        product.run(Map.of("scale", new HostArray.Floats(new float[] {1}, 1)));
        best = Math.min(best, (System.nanoTime() - begun) / 1e9);
      }
      return 2.0 * GEMM * GEMM * GEMM / best / 1e9;
    }
  }

  @Override
  public void close() {
    graph.close();
  }
}
