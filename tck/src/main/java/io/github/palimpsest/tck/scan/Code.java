package io.github.palimpsest.tck.scan;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;
import org.objectweb.asm.tree.analysis.Analyzer;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.tree.analysis.Frame;
import org.objectweb.asm.tree.analysis.SourceInterpreter;
import org.objectweb.asm.tree.analysis.SourceValue;

/**
 * A method with the origin of each value on the stack, for every instruction.
 *
 * @param type its class
 * @param body its instructions
 * @param frames by instruction, null where code cannot be reached
 */
record Code(ClassNode type, MethodNode body, Frame<SourceValue>[] frames) {
  static Code of(ClassNode type, MethodNode body) {
    try {
      return new Code(type, body, new Analyzer<>(new Origins()).analyze(type.name, body));
    } catch (AnalyzerException e) {
      throw new IllegalStateException(
          "bytecode of " + type.name.replace('/', '.') + "." + body.name + " cannot be read", e);
    }
  }

  /** Whether these instructions run once, when the class is initialised. */
  boolean initialises() {
    return body.name.equals("<clinit>");
  }

  String where() {
    return type.name.replace('/', '.') + "." + body.name;
  }

  String method() {
    return Flows.method(type.name, body.name, body.desc);
  }

  /** The value n places below the top of the stack before an instruction. */
  SourceValue top(AbstractInsnNode insn, int below) {
    Frame<SourceValue> frame = frames[body.instructions.indexOf(insn)];
    return frame.getStack(frame.getStackSize() - 1 - below);
  }

  boolean isReached(AbstractInsnNode insn) {
    return frames[body.instructions.indexOf(insn)] != null;
  }

  /** The origins of values, through local variables, copies on the stack and casts. */
  private static final class Origins extends SourceInterpreter {
    Origins() {
      super(Opcodes.ASM9);
    }

    /** Parameters come from an instruction that no body has: the load of a variable. */
    @Override
    public SourceValue newParameterValue(boolean isInstance, int local, Type type) {
      return new SourceValue(type.getSize(), new VarInsnNode(Opcodes.ALOAD, local));
    }

    @Override
    public SourceValue copyOperation(AbstractInsnNode insn, SourceValue value) {
      return value;
    }

    @Override
    public SourceValue unaryOperation(AbstractInsnNode insn, SourceValue value) {
      return insn.getOpcode() == Opcodes.CHECKCAST ? value : super.unaryOperation(insn, value);
    }
  }
}
