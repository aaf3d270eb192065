package io.github.palimpsest.engine.inference;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.ForwardingWeights;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.engine.device.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The values that a model passes between its layers, and its logits, as means over the rows of each
 * example. Its graph is open until it is closed.
 */
public final class Representations implements AutoCloseable {
  private final Model model;
  private final List<Example> examples;
  private final Inference inference;
  private final Inference.Call pass;

  /**
   * @param model the model
   * @param weights weights to begin with
   * @param examples the examples
   * @param device where to run
   */
  public Representations(
      Model model, WeightSnapshot weights, List<Example> examples, Device device) {
    this.model = model;
    this.examples = examples;
    inference = new Inference(model.parameters(), weights, device);
    pass = inference.program(model.inputs(), this::build);
  }

  /** One array {@code [examples, width]} for each value, the logits last. */
  public List<HostArray.Floats> at(WeightSnapshot weights) {
    inference.load(weights);
    inference.requireRoom(model, examples);
    List<List<float[]>> rows = new ArrayList<>();
    for (Example e : examples) {
      int k = 0;
      for (HostArray value : pass.run(model.batch(List.of(e))).values()) {
        if (k == rows.size()) {
          rows.add(new ArrayList<>());
        }
        rows.get(k++).add(((HostArray.Floats) value).toArray());
      }
    }
    return rows.stream().map(Representations::stacked).toList();
  }

  private static HostArray.Floats stacked(List<float[]> rows) {
    int width = rows.get(0).length;
    float[] all = new float[rows.size() * width];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, all, i * width, width);
    }
    return new HostArray.Floats(all, rows.size(), width);
  }

  private Map<String, Operand<?>> build(
      Ops tf, Weights at, Function<InputSpec, Operand<?>> inputs) {
    Passed passed = new Passed(at, new ArrayList<>());
    Forward forward = model.forward(tf, passed, FedBatch.of(model, inputs));
    Map<String, Operand<?>> outputs = new LinkedHashMap<>();
    for (Operand<TFloat32> x : passed.values()) {
      outputs.put("between " + outputs.size(), meanRow(tf, ofInput(tf, x)));
    }
    outputs.put("logits", meanRow(tf, forward.logits()));
    return outputs;
  }

  /** The value without the places of rows before the input, which come first in an example. */
  private Operand<TFloat32> ofInput(Ops tf, Operand<TFloat32> x) {
    if (inference.rows().isEmpty()) {
      return x;
    }
    int[] from = new int[x.shape().numDimensions()];
    int[] all = new int[from.length];
    Arrays.fill(all, -1);
    from[from.length - 2] = inference.rows().get().count();
    return tf.slice(x, tf.constant(from), tf.constant(all));
  }

  /** The mean over all axes but the last. */
  private static Operand<TFloat32> meanRow(Ops tf, Operand<TFloat32> x) {
    int[] axes = IntStream.range(0, x.shape().numDimensions() - 1).toArray();
    return tf.math.mean(x, tf.constant(axes));
  }

  @Override
  public void close() {
    inference.close();
  }

  /** Notes the values that are passed on. */
  private record Passed(Weights weights, List<Operand<TFloat32>> values)
      implements ForwardingWeights {
    @Override
    public Operand<TFloat32> boundary(Operand<TFloat32> x) {
      values.add(x);
      return weights.boundary(x);
    }
  }
}
