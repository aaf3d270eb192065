package io.github.palimpsest.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.cli.Version;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepGraph;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.inference.Inference;
import io.github.palimpsest.execution.PeakMemory;
import io.github.palimpsest.results.folder.Json;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** One recipe's training step on random tokens, timed step by step. */
public final class StepBench implements AutoCloseable {
  private static final int GEMM = 2048;
  private static final int GEMM_RUNS = 8;
  private static final long SEED = 1;

  private final BenchShape shape;
  private final Recipe recipe;
  private final Device device;
  private final Training training;
  private final DecoderModel model;
  private final StepGraph graph;
  private final Optimizer optimizer;
  private final StepTimes times = new StepTimes();
  private double buildSeconds;
  private double startToFirstStep;

  StepBench(BenchShape shape, Recipe recipe) {
    this(shape, recipe, Device.CPU, Training.epochs(1, shape.batch()));
  }

  /** A step of a separate training, with batches of the shape's size. */
  StepBench(BenchShape shape, Recipe recipe, Device device, Training training) {
    this.shape = shape;
    this.recipe = recipe;
    this.device = device;
    this.training = training;
    this.model = new DecoderModel(shape.decoder());
    long begun = System.nanoTime();
    Seats strategy = Seats.of(recipe);
    this.optimizer = strategy.optimizer();
    this.graph =
        StepGraph.firstTask(
            model,
            RandomWeights.of(model.parameters(), SEED),
            strategy,
            training,
            SEED,
            device,
            shape.tokens());
    buildSeconds = (System.nanoTime() - begun) / 1e9;
  }

  /** Trains one more step, one of {@code total}, and records its time. */
  void step(int total) {
    int step = times.count();
    List<Example> batch = shape.randomExamples("bench", step, shape.batch());
    times.measure(optimizer.phaseOf(0, step, total), () -> graph.step(batch, step, total));
    if (step == 0) {
      startToFirstStep =
          (System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime()) / 1e3;
    }
  }

  /** The times of the steps. */
  StepTimes times() {
    return times;
  }

  /** Number of floats of optimizer state. */
  long slotFloats() {
    return graph.slotFloats();
  }

  /** Number of trained floats. */
  long trainableFloats() {
    return graph.trainableFloats();
  }

  /** The measurement, with the keys that the PyTorch script prints and some more. */
  ObjectNode json() {
    double passes = recipe.optimizer().traits().cost().passesPerStep();
    long parameters = model.parameters().stream().mapToLong(p -> p.shape().size()).sum();
    long peakBytes = PeakMemory.bytes();
    double peak = gemmGflops();
    double achieved =
        passes * shape.flopsPerPass(trainableFloats() < parameters) / times.wallMillis() / 1e6;
    ObjectNode node = Json.object().put("peer", "palimpsest").put("version", Version.current());
    node.put("threads", Runtime.getRuntime().availableProcessors());
    node.put("device", device.toString());
    node.put("shape", shape.name());
    node.put("recipe", recipe.toString());
    node.put("parameters", parameters);
    node.put("trainable", trainableFloats());
    node.put("slot_floats", slotFloats());
    node.put("towers", training.towers());
    node.put("passes_per_step", passes);
    node.put("steps", times.count());
    node.put("median_ms", rounded(times.wallMillis(), 10));
    node.put("min_ms", rounded(times.minMillis(), 10));
    node.put("cpu_ms", rounded(times.processorMillis(), 10));
    node.put("first_step_ms", rounded(times.firstMillis(), 10));
    node.put("build_s", rounded(buildSeconds, 100));
    node.put("start_to_first_step_s", rounded(startToFirstStep, 100));
    node.put("peak_rss_gb", peakBytes < 0 ? null : (Double) rounded(peakBytes / 1e9, 100));
    node.put("gemm_2048_gflops", rounded(peak, 10));
    node.put("achieved_gflops", rounded(achieved, 10));
    return node.put("share_of_gemm", rounded(achieved / peak, 1000));
  }

  public static double rounded(double value, double parts) {
    return Math.round(value * parts) / parts;
  }

  /** The speed of the device at a product of two square matrices in each tower, in this process. */
  private double gemmGflops() {
    ParameterSpec square = new ParameterSpec("a", Shape.of(GEMM, GEMM), ParameterSpec.Role.KERNEL);
    RandomGenerator rng = Streams.stream(SEED, "gemm", 0, 0);
    float[] values = new float[GEMM * GEMM];
    for (int i = 0; i < values.length; i++) {
      values[i] = rng.nextFloat();
    }
    WeightSnapshot weights = WeightSnapshot.of(Map.of("a", square.shape()), Map.of("a", values));
    InputSpec scale = new InputSpec("scale", InputSpec.Type.FLOAT32, Shape.of(1));
    try (Inference inference = new Inference(List.of(square), weights, device)) {
      Inference.Call product =
          inference.program(
              List.of(scale),
              (tf, at, inputs) -> {
                Map<String, Operand<?>> corners = new TreeMap<>();
                for (int t = 0; t < training.towers(); t++) {
                  // equal products would be computed once
                  Operand<TFloat32> a = at.dense("a");
                  Operand<TFloat32> left = t == 0 ? a : tf.math.mul(a, tf.constant(1f + t));
                  Operand<TInt32> first = tf.constant(new int[] {0, 0});
                  Operand<TInt32> one = tf.constant(new int[] {1, 1});
                  corners.put("corner " + t, tf.slice(at.matMul(left, "a"), first, one));
                }
                return corners;
              });
      double best = Double.MAX_VALUE;
      for (int run = 0; run < GEMM_RUNS; run++) {
        long begun = System.nanoTime();
        product.run(Map.of("scale", new HostArray.Floats(new float[] {1}, 1)));
        best = Math.min(best, (System.nanoTime() - begun) / 1e9);
      }
      return 2.0 * training.towers() * GEMM * GEMM * GEMM / best / 1e9;
    }
  }

  @Override
  public void close() {
    graph.close();
  }
}
