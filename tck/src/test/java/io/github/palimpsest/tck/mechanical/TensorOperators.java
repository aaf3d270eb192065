package io.github.palimpsest.tck.mechanical;

import java.util.List;
import java.util.Map;
import org.pitest.mutationtest.engine.MutationIdentifier;
import org.pitest.mutationtest.engine.gregor.MethodInfo;
import org.pitest.mutationtest.engine.gregor.MethodMutatorFactory;
import org.pitest.mutationtest.engine.gregor.MutationContext;
import org.pitest.reloc.asm.MethodVisitor;
import org.pitest.reloc.asm.Opcodes;

/**
 * What PIT does to the arithmetic of Java, done to that of tensors: another operation of the same
 * arguments takes the place of one.
 */
enum TensorOperators implements MethodMutatorFactory {
  /** On operands: sums become differences, products quotients, and the like. */
  OPERAND(
      "org/tensorflow/op/MathOps",
      Map.of(
          "add",
          "sub",
          "sub",
          "add",
          "mul",
          "div",
          "div",
          "mul",
          "divNoNan",
          "mul",
          "square",
          "abs",
          "sqrt",
          "square",
          "rsqrt",
          "sqrt",
          "maximum",
          "minimum",
          "minimum",
          "maximum")),
  /** On all tensors of a model at once. */
  TENSORS(
      "io/github/palimpsest/api/parameter/Tensors",
      Map.of("plus", "minus", "minus", "plus", "times", "plus"));

  private final String owner;
  private final Map<String, String> other;

  TensorOperators(String owner, Map<String, String> other) {
    this.owner = owner;
    this.other = other;
  }

  static List<MethodMutatorFactory> all() {
    return List.of(values());
  }

  @Override
  public MethodVisitor create(MutationContext context, MethodInfo method, MethodVisitor next) {
    return new MethodVisitor(Opcodes.ASM9, next) {
      @Override
      public void visitMethodInsn(
          int opcode, String of, String name, String descriptor, boolean isInterface) {
        String replaced = of.equals(owner) ? other.get(name) : null;
        if (replaced != null && takes(descriptor)) {
          MutationIdentifier id =
              context.registerMutation(
                  TensorOperators.this, "replaced " + name + " with " + replaced);
          if (context.shouldMutate(id)) {
            super.visitMethodInsn(
                opcode, of, replaced, returning(descriptor, replaced), isInterface);
            return;
          }
        }
        super.visitMethodInsn(opcode, of, name, descriptor, isInterface);
      }
    };
  }

  /** Operations with options have others of their own. */
  private static boolean takes(String descriptor) {
    return !descriptor.contains("[");
  }

  /** An operation of MathOps returns its own class. */
  private String returning(String descriptor, String replaced) {
    if (this == TENSORS) {
      return descriptor;
    }
    String name = Character.toUpperCase(replaced.charAt(0)) + replaced.substring(1);
    return descriptor.substring(0, descriptor.indexOf(')') + 1)
        + "Lorg/tensorflow/op/math/"
        + name
        + ";";
  }

  @Override
  public String getGloballyUniqueId() {
    return getClass().getSimpleName() + "_" + name();
  }

  @Override
  public String getName() {
    return "TENSOR_" + name();
  }
}
