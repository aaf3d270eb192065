package io.github.palimpsest.api.regularizer;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Tensors;
import java.util.List;
import java.util.Set;
import org.tensorflow.op.Ops;

/** What a regularizer may use while it binds to the graph of one task. */
@Stable(since = "0.1")
public interface RegularizerSite {
  /** Where to build. */
  Ops tf();

  /** The trainable parameters. */
  List<ParameterSpec> trainable();

  /** How many tasks are finished; 0 before the first. */
  int finishedTasks();

  /** The trainable parameters before the first step of this task, as constant operands. */
  Tensors start();

  /** The names under which something was {@linkplain FinishedTask#remember remembered}. */
  Set<String> memories();

  /**
   * A memory as constant operands: the names and shapes that were remembered.
   *
   * @throws IllegalArgumentException if nothing was remembered under that name
   */
  Tensors memory(String name);
}
