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
 * A custom gradient for operations that the runtime differentiates more slowly. The gradient is
 * registered for {@code IdentityN}. A value passes through one {@code IdentityN} together with the
 * tensors that its gradient needs. The value is computed behind {@code stopGradient}, so the
 * runtime does not differentiate it. Every other {@code IdentityN} passes gradients on.
 */
final class GivenGradient {
  /** The gradients of the tensors that were passed alongside the value, in the same order. */
  interface Rule {
    /**
     * Builds the gradients.
     *
     * @param passed the tensors that were passed alongside the value
     * @param dy the gradient of the value
     * @return the gradients of the first tensors in {@code passed}; the other tensors have none
     */
    List<Operand<TFloat32>> of(Ops tf, List<Output<?>> passed, Operand<TFloat32> dy);
  }

  /** The gradients of two tensors that were passed alongside the value, or of the first of them. */
  interface PairRule {
    /**
     * Builds the gradients.
     *
     * @param a the first of the tensors
     * @param b the second one
     * @param dy the gradient of the value
     */
    List<Operand<TFloat32>> of(
        Ops tf, Operand<TFloat32> a, Operand<TFloat32> b, Operand<TFloat32> dy);
  }

  private static final Map<String, Rule> RULES = new ConcurrentHashMap<>();

  static {
    TensorFlow.registerCustomGradient(
        IdentityN.OP_NAME,
        (tf, op, dy) ->
            // the name of a copied operation contains the name of the original
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
   * A value with a custom gradient.
   *
   * @param name the name of the rule; no other rule's name may contain it
   * @param value computed behind {@code stopGradient}
   * @param beside the tensors that the rule gives gradients for, then the other tensors it needs
   */
  static Operand<TFloat32> of(
      Ops tf, String name, Rule rule, Operand<TFloat32> value, List<Operand<?>> beside) {
    RULES.putIfAbsent(name, rule);
    List<Operand<?>> all = new ArrayList<>(List.of(value));
    all.addAll(beside);
    // a separate scope would cause a search of the whole graph for names
    return floats(tf.withName(name).identityN(all).output().get(0));
  }

  /** A value with a custom gradient, of two tensors {@code a} and {@code b}; see {@link #of}. */
  static Operand<TFloat32> ofPair(
      Ops tf,
      String name,
      PairRule rule,
      Operand<TFloat32> value,
      Operand<TFloat32> a,
      Operand<TFloat32> b) {
    return of(
        tf,
        name,
        (at, passed, dy) -> rule.of(at, floats(passed.get(0)), floats(passed.get(1)), dy),
        value,
        List.of(a, b));
  }

  @SuppressWarnings("unchecked") // the caller knows the type
  static Operand<TFloat32> floats(Operand<?> operand) {
    return (Operand<TFloat32>) operand;
  }

  @SuppressWarnings("unchecked") // the caller knows the type
  static Operand<TInt32> ints(Operand<?> operand) {
    return (Operand<TInt32>) operand;
  }
}
