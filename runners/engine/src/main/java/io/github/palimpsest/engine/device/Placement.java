package io.github.palimpsest.engine.device;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Weights;
import java.util.List;
import java.util.function.Predicate;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The devices of the operations of one graph. The default methods are those of a single device: the
 * graph stays as it is.
 */
public interface Placement {
  /** One device. */
  Placement SINGLE = new Placement() {};

  /**
   * The placement of a graph.
   *
   * @param graph the graph
   * @param device the device or devices
   * @param model all parameters of the model
   * @param others parameters of an adapter, and tensors that it derives
   * @param onHost the names of variables that belong on the host
   * @throws PalimpsestException if the model has fewer layers than there are devices
   */
  static Placement of(
      Graph graph,
      Device device,
      List<ParameterSpec> model,
      List<ParameterSpec> others,
      Predicate<String> onHost) {
    return device.several()
        ? new LayerPlacement(graph, device, model, others, onHost)
        : device.hasHost() ? new HostPlacement(graph, onHost) : SINGLE;
  }

  /** The placement of a graph with nothing on the host. */
  static Placement of(
      Graph graph, Device device, List<ParameterSpec> model, List<ParameterSpec> others) {
    return device.several()
        ? new LayerPlacement(graph, device, model, others, name -> false)
        : SINGLE;
  }

  /**
   * The same weights, which note where a model passes from one layer to the next.
   *
   * @param tf the graph to build in
   * @param weights the weights that a model is built with
   */
  default Weights noting(Ops tf, Weights weights) {
    return weights;
  }

  /**
   * A table for the products of the head.
   *
   * @param tf the graph to build in
   * @param name the table's name
   * @param table its value, which may be on the device of the embedding
   * @return the same value on the device of the head
   */
  default Operand<TFloat32> ofHead(Ops tf, String name, Operand<TFloat32> table) {
    return table;
  }

  /** Puts an operation that only passes a value on to the host. */
  default void onHost(Operand<?> passed) {}

  /**
   * Places all operations that the graph has now. Call this before a session runs them: the device
   * of an operation cannot change after that. Operations that were placed before keep their device.
   */
  default void place() {}
}
