package io.github.palimpsest.tck.scan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.FieldNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TypeInsnNode;
import org.objectweb.asm.tree.analysis.Analyzer;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.tree.analysis.Frame;
import org.objectweb.asm.tree.analysis.SourceInterpreter;
import org.objectweb.asm.tree.analysis.SourceValue;

/**
 * Static fields that change after their class is initialised: assigned anew, filled, or holding an
 * object of a class whose own fields change.
 */
final class StaticState {
  private static final Pattern ALWAYS =
      Pattern.compile(
          "Ljava/util/concurrent/atomic/.*|Ljava/lang/(Inheritable)?ThreadLocal;"
              + "|Ljava/lang/String(Builder|Buffer);|Ljava/util/(Random|SplittableRandom);");
  private static final Pattern MUTATING =
      Pattern.compile(
          "put.*|add.*|remove.*|clear|compute.*|merge|set.*|replace.*|push|pop|poll.*|offer.*"
              + "|increment.*|decrement.*|getAnd.*|.*AndGet|retainAll|sort|next.*|append");

  /** Static methods that change an argument, and which one. */
  private static final Map<String, Integer> FILLING =
      Map.of(
          "java/util/Arrays.fill", 0,
          "java/util/Arrays.setAll", 0,
          "java/util/Arrays.sort", 0,
          "java/util/Collections.addAll", 0,
          "java/util/Collections.sort", 0,
          "java/util/Collections.swap", 0,
          "java/util/Collections.shuffle", 0,
          "java/lang/System.arraycopy", 2);

  private static final String CLASS_INITIALISER = "<clinit>";
  private static final String CONSTRUCTOR = "<init>";

  private final Set<String> found = new LinkedHashSet<>();

  /** By static field, the classes of what it holds. */
  private final Map<String, Set<String>> holders = new LinkedHashMap<>();

  /** By class, the method that changes its fields. */
  private final Map<String, String> changing = new HashMap<>();

  /** Reads one more class. */
  void read(ClassNode type) {
    for (FieldNode f : type.fields) {
      if ((f.access & Opcodes.ACC_STATIC) == 0) {
        continue;
      }
      String name = dotted(type.name) + "." + f.name;
      if (ALWAYS.matcher(f.desc).matches()) {
        found.add(name + " can change");
      } else if (f.desc.startsWith("L")) {
        hold(name, Type.getType(f.desc).getInternalName());
      }
    }
    for (MethodNode m : type.methods) {
      if (m.instructions.size() > 0) {
        scan(type, m);
      }
    }
  }

  /** What is wrong with the static fields of the classes read so far, in words. */
  List<String> found() {
    List<String> all = new ArrayList<>(found);
    holders.forEach(
        (field, types) ->
            types.stream()
                .filter(changing::containsKey)
                .findFirst()
                .ifPresent(
                    t ->
                        all.add(field + " holds an object that is changed by " + changing.get(t))));
    return all;
  }

  private void hold(String field, String type) {
    holders.computeIfAbsent(field, f -> new LinkedHashSet<>()).add(type);
  }

  private void scan(ClassNode type, MethodNode method) {
    try {
      Frame<SourceValue>[] frames = new Analyzer<>(new Origins()).analyze(type.name, method);
      for (int i = 0; i < frames.length; i++) {
        if (frames[i] != null) { // null where code cannot be reached
          look(type, method, method.instructions.get(i), frames[i]);
        }
      }
    } catch (AnalyzerException e) {
      throw new IllegalStateException(
          "bytecode of " + dotted(type.name) + "." + method.name + " cannot be read", e);
    }
  }

  private void look(
      ClassNode type, MethodNode method, AbstractInsnNode insn, Frame<SourceValue> frame) {
    boolean initialises = method.name.equals(CLASS_INITIALISER);
    String where = dotted(type.name) + "." + method.name;
    if (insn.getOpcode() == Opcodes.PUTSTATIC) {
      made(frame.getStack(frame.getStackSize() - 1))
          .forEach(t -> hold(name((FieldInsnNode) insn), t));
    }
    if (!initialises) {
      changed(insn, frame).ifPresent(f -> found.add(f + " is changed by " + where));
      if (!method.name.equals(CONSTRUCTOR) && (method.access & Opcodes.ACC_STATIC) == 0) {
        changedInstance(insn, frame).ifPresent(t -> changing.putIfAbsent(t, where));
      }
    }
  }

  /** The classes of the objects that a value may be, as far as they are made in this method. */
  private static List<String> made(SourceValue value) {
    return value.insns.stream()
        .filter(s -> s.getOpcode() == Opcodes.NEW)
        .map(s -> ((TypeInsnNode) s).desc)
        .toList();
  }

  /** The static field that an instruction changes, or empty. */
  private static Optional<String> changed(AbstractInsnNode insn, Frame<SourceValue> frame) {
    if (insn.getOpcode() == Opcodes.PUTSTATIC) {
      return Optional.of(name((FieldInsnNode) insn));
    }
    return target(insn, frame)
        .flatMap(
            v ->
                v.insns.stream()
                    .filter(s -> s.getOpcode() == Opcodes.GETSTATIC)
                    .map(s -> name((FieldInsnNode) s))
                    .findFirst());
  }

  /** The class one of whose own fields an instruction changes, or empty. */
  private static Optional<String> changedInstance(AbstractInsnNode insn, Frame<SourceValue> frame) {
    if (insn.getOpcode() == Opcodes.PUTFIELD) {
      return Optional.of(((FieldInsnNode) insn).owner);
    }
    return target(insn, frame)
        .flatMap(
            v ->
                v.insns.stream()
                    .filter(s -> s.getOpcode() == Opcodes.GETFIELD)
                    .map(s -> ((FieldInsnNode) s).owner)
                    .findFirst());
  }

  /** The value whose inside an instruction changes, or empty. */
  private static Optional<SourceValue> target(AbstractInsnNode insn, Frame<SourceValue> frame) {
    int code = insn.getOpcode();
    int top = frame.getStackSize() - 1;
    if (code >= Opcodes.IASTORE && code <= Opcodes.SASTORE) {
      return Optional.of(frame.getStack(top - 2));
    }
    if (code == Opcodes.PUTFIELD) {
      return Optional.of(frame.getStack(top - 1));
    }
    if (insn instanceof MethodInsnNode call) {
      int arguments = Type.getArgumentTypes(call.desc).length;
      if (code == Opcodes.INVOKESTATIC) {
        Integer place = FILLING.get(call.owner + "." + call.name);
        return Optional.ofNullable(place).map(p -> frame.getStack(top - arguments + 1 + p));
      }
      boolean ofTheJdk = call.owner.startsWith("java/util/") || call.owner.startsWith("java/nio/");
      if (ofTheJdk && MUTATING.matcher(call.name).matches()) {
        return Optional.of(frame.getStack(top - arguments));
      }
    }
    return Optional.empty();
  }

  private static String name(FieldInsnNode field) {
    return dotted(field.owner) + "." + field.name;
  }

  private static String dotted(String internalName) {
    return internalName.replace('/', '.');
  }

  /** Where values come from, through local variables, copies on the stack and casts. */
  private static final class Origins extends SourceInterpreter {
    Origins() {
      super(Opcodes.ASM9);
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
