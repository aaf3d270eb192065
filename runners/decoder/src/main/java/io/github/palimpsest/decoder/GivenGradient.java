package io.github.palimpsest.decoder;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.IdentityN;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A gradient that is given where the runtime's own would be slower. It is registered for {@code
 * IdentityN}: a value passes one together with what its gradient is made of, and is computed behind
 * {@code stopGradient}, so that it is not differentiated itself. Every other {@code IdentityN}
 * passes gradients on.
 */
final class GivenGradient {
  /** The gradients of what was passed beside the value, in the same order. */
  interface Rule {
    /**
     * Builds them.
     *
     * @param passed what was passed beside the value
     * @param dy the gradient of the value
     * @return one for each of the first of those passed; the rest have none
     */
    List<Operand<TFloat32>> of(Ops tf, List<Output<?>> passed, Operand<TFloat32> dy);
  }

  private static final Map<String, Rule> RULES = new ConcurrentHashMap<>();

  static {
    TensorFlow.registerCustomGradient(
        IdentityN.OP_NAME,
        (tf, op, dy) ->
            // a copy of an operation has its name within its own
            RULES.keySet().stream()
                .filter(op.name()::contains)
                .findFirst()
                .map(name -> gradients(tf, op, RULES.get(name), floats(dy.get(0))))
                .orElseGet(() -> List.copyOf(dy)));
  }

  private GivenGradient() {}

  private static List<Operand<?>> gradients(
      Ops tf, GraphOperation op, Rule rule, Operand<TFloat32> dy) {
    List<Output<?>> passed = new ArrayList<>();
    for (int i = 1; i < op.numOutputs(); i++) {
      passed.add(op.output(i));
    }
    List<Operand<?>> all = new ArrayList<>();
    all.add(tf.zerosLike(op.input(0)));
    all.addAll(rule.of(tf, passed, dy));
    for (int i = all.size(); i < op.numOutputs(); i++) {
      all.add(tf.zerosLike(op.input(i)));
    }
    return all;
  }

  /**
   * A value whose gradient is given.
   *
   * @param name of the rule; no other's name may hold it
   * @param value computed behind {@code stopGradient}
   * @param beside what the rule gives gradients of, then what else it needs
   */
  static Operand<TFloat32> of(
      Ops tf, String name, Rule rule, Operand<TFloat32> value, List<Operand<?>> beside) {
    RULES.putIfAbsent(name, rule);
    List<Operand<?>> all = new ArrayList<>(List.of(value));
    all.addAll(beside);
    // a scope of its own would have the whole graph searched for names
    return floats(tf.withName(name).identityN(all).output().get(0));
  }

  @SuppressWarnings("unchecked") // who passed it knows its type
  static Operand<TFloat32> floats(Operand<?> operand) {
    return (Operand<TFloat32>) operand;
  }

  @SuppressWarnings("unchecked") // who passed it knows its type
  static Operand<TInt32> ints(Operand<?> operand) {
    return (Operand<TInt32>) operand;
  }
}
