package io.github.palimpsest.tck.scan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.FieldNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.analysis.Analyzer;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.tree.analysis.Frame;
import org.objectweb.asm.tree.analysis.SourceInterpreter;
import org.objectweb.asm.tree.analysis.SourceValue;

/** Static fields that change after their class is initialised. */
final class StaticState {
  private static final Pattern ALWAYS =
      Pattern.compile(
          "Ljava/util/concurrent/atomic/.*|Ljava/lang/(Inheritable)?ThreadLocal;"
              + "|Ljava/lang/String(Builder|Buffer);|Ljava/util/(Random|SplittableRandom);");
  private static final Pattern MUTATING =
      Pattern.compile(
          "put.*|add.*|remove.*|clear|compute.*|merge|set.*|replace.*|push|pop|poll.*|offer.*"
              + "|increment.*|decrement.*|getAnd.*|.*AndGet|retainAll|sort");

  private final ClassNode type;
  private final List<String> found = new ArrayList<>();

  private StaticState(ClassNode type) {
    this.type = type;
  }

  /** What is wrong with the static fields of a class, in words. */
  static List<String> of(ClassNode type) {
    StaticState state = new StaticState(type);
    for (FieldNode f : type.fields) {
      if ((f.access & Opcodes.ACC_STATIC) != 0 && ALWAYS.matcher(f.desc).matches()) {
        state.found.add(type.name.replace('/', '.') + "." + f.name + " can change");
      }
    }
    for (MethodNode m : type.methods) {
      if (!m.name.equals("<clinit>") && m.instructions.size() > 0) {
        state.scan(m);
      }
    }
    return state.found;
  }

  private void scan(MethodNode method) {
    try {
      Frame<SourceValue>[] frames =
          new Analyzer<>(new SourceInterpreter()).analyze(type.name, method);
      for (int i = 0; i < frames.length; i++) {
        Frame<SourceValue> frame = frames[i];
        if (frame != null) { // null where code cannot be reached
          changed(method.instructions.get(i), frame)
              .ifPresent(f -> found.add(f + " is changed by " + where(method)));
        }
      }
    } catch (AnalyzerException e) {
      throw new IllegalStateException("bytecode of " + where(method) + " cannot be read", e);
    }
  }

  private String where(MethodNode method) {
    return type.name.replace('/', '.') + "." + method.name;
  }

  /** The static field that an instruction changes, or empty. */
  private static Optional<String> changed(AbstractInsnNode insn, Frame<SourceValue> frame) {
    int code = insn.getOpcode();
    if (code == Opcodes.PUTSTATIC) {
      return Optional.of(name((FieldInsnNode) insn));
    }
    if (code >= Opcodes.IASTORE && code <= Opcodes.SASTORE) {
      return field(frame.getStack(frame.getStackSize() - 3));
    }
    if (insn instanceof MethodInsnNode call
        && code != Opcodes.INVOKESTATIC
        && call.owner.startsWith("java/util/")
        && MUTATING.matcher(call.name).matches()) {
      int arguments = Type.getArgumentTypes(call.desc).length;
      return field(frame.getStack(frame.getStackSize() - 1 - arguments));
    }
    return Optional.empty();
  }

  private static Optional<String> field(SourceValue value) {
    return value.insns.stream()
        .filter(s -> s.getOpcode() == Opcodes.GETSTATIC)
        .map(s -> name((FieldInsnNode) s))
        .findFirst();
  }

  private static String name(FieldInsnNode field) {
    return field.owner.replace('/', '.') + "." + field.name;
  }
}
