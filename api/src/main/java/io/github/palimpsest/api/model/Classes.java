package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The classes of a classifier, one for each column of its logits, and the tasks that have them.
 *
 * <p>There are two settings (van de Ven and Tolias 2019, arXiv 1904.07734). In a class-incremental
 * stream all classes share one head, and an example may have any class. In a task-incremental
 * stream the task of an example is known, and only the classes of that task are possible.
 */
@Experimental(since = "0.1")
public interface Classes {
  /**
   * {@code [batch, classes]}: 1 for each class that an example can have, 0 for all others; empty if
   * every example can have every class.
   */
  Optional<Operand<TFloat32>> possible();

  /**
   * The columns over which a model that has learned the first tasks makes predictions. With one
   * shared head this is one list: all classes of these tasks. If the task is known, it is one list
   * for each task.
   *
   * @param tasks how many tasks were learned
   * @return ascending columns, in no empty list
   */
  List<List<Integer>> heads(int tasks);

  /**
   * The logits without the classes that an example cannot have: those become so low that their
   * probability is 0.
   *
   * @param logits {@code [batch, classes]}
   */
  Operand<TFloat32> masked(Ops tf, Operand<TFloat32> logits);

  /**
   * Classes that share one head.
   *
   * @param byTask for each task the columns of its classes; tasks may share classes
   */
  static Classes shared(List<List<Integer>> byTask) {
    return new TaskClasses(byTask, Optional.empty());
  }

  /**
   * Classes of tasks that are known.
   *
   * @param byTask as in {@link #shared}
   * @param possible as in {@link #possible()}
   */
  static Classes ofKnownTasks(List<List<Integer>> byTask, Operand<TFloat32> possible) {
    return new TaskClasses(byTask, Optional.of(possible));
  }
}
