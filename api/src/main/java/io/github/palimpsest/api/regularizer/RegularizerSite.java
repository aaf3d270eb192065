package io.github.palimpsest.api.regularizer;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Tensors;
import java.util.List;
import java.util.Set;
import org.tensorflow.op.Ops;

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
}
