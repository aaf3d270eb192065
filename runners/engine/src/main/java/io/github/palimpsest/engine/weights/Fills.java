package io.github.palimpsest.engine.weights;

import io.github.palimpsest.api.discovery.Activity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Op;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * Operations that fill variables, with values that are fed. Of constants the runtime would make the
 * filled tensors constants of the graph, and keep them as long as there is a session: a copy of the
 * slots.
 *
 * @param ops to be run
 * @param values what is fed
 */
public record Fills(List<Op> ops, Map<Placeholder<TFloat32>, Float> values) {
  /** Fills nothing. */
  public static final Fills NONE = new Fills(List.of(), Map.of());

  /** These and others; a variable may be in one of them alone. */
  public Fills and(Fills others) {
    List<Op> all = new ArrayList<>(ops);
    all.addAll(others.ops);
    Map<Placeholder<TFloat32>, Float> fed = new HashMap<>(values);
    fed.putAll(others.values);
    return new Fills(all, fed);
  }

  /** Fills the variables. */
  public void run(Session session) {
    if (ops.isEmpty()) {
      return;
    }
    Session.Runner runner = session.runner();
    List<Tensor> fed = add(runner);
    try {
      runner.run().close();
      Activity.moved();
    } finally {
      fed.forEach(Tensor::close);
    }
  }

  /** Adds them to a run; returns the tensors to close after it. */
  List<Tensor> add(Session.Runner runner) {
    ops.forEach(runner::addTarget);
    List<Tensor> fed = new ArrayList<>();
    values.forEach(
        (placeholder, value) -> {
          Tensor t = TFloat32.scalarOf(value);
          fed.add(t);
          runner.feed(placeholder, t);
        });
    return fed;
  }
}
