package io.github.palimpsest.api.regularizer;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The graph of one task and the memories, for a regularizer that binds to it. */
@Stable(since = "0.1")
public interface RegularizerSite {
  /** The operations of the graph to build in. */
  Ops tf();

  /** The trainable parameters. */
  List<ParameterSpec> trainable();

  /** The number of finished tasks; 0 before the first. */
  int finishedTasks();

  /** The trainable parameters before the first step of this task, as constant operands. */
  Tensors start();

  /** The names of all memories ({@link FinishedTask#remember}). */
  Set<String> memories();

  /**
   * A memory as constant operands, with the remembered names and shapes.
   *
   * @throws IllegalArgumentException if there is no memory with that name
   */
  Tensors memory(String name);

  /**
   * A fixed random tensor, such as directions for a penalty, as a constant operand. Its values
   * follow from the run's seed and the name alone: they are the same in the graphs of all tasks,
   * and are in no memory and no checkpoint.
   *
   * @param name the name of the stream, such as {@code ID/PARAMETER}: equal names give equal
   *     numbers, and the tensor is on the device of the parameter
   * @param shape the shape of the tensor
   * @param draw makes its values, in row-major order, from the beginning of the stream
   */
  Operand<TFloat32> drawn(String name, Shape shape, Function<RandomGenerator, float[]> draw);
}
