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
import org.objectweb.asm.tree.analysis.SourceValue;

/**
 * Static fields that change after their class is initialised: assigned again, filled, or holding an
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
              + "|increment.*|decrement.*|getAnd.*|.*AndGet|retainAll|sort|append");

  /** Objects whose next value differs from the last one; iterators are created again. */
  private static final Pattern DRAWING = Pattern.compile("java/util/(.*Random|random/.*|Scanner)");

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

  private static final String CONSTRUCTOR = "<init>";

  private final Set<String> found = new LinkedHashSet<>();

  /** By static field, the classes of its content. */
  private final Map<String, Set<String>> holders = new LinkedHashMap<>();

  private final Flows flows = new Flows();

  /** By class, the method that changes its fields. */
  private final Map<String, String> changing = new HashMap<>();

  /** Reads one more class. */
  void read(ClassNode type) {
    flows.read(type);
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
        scan(Code.of(type, m));
      }
    }
  }

  /** The errors in the static fields of the classes read so far, in words. */
  List<String> found() {
    List<String> all = new ArrayList<>(found);
    flows.found().entrySet().stream()
        .filter(e -> found.stream().noneMatch(f -> f.startsWith(e.getKey() + " ")))
        .forEach(e -> all.add(e.getKey() + " holds what is changed by " + e.getValue()));
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

  private void scan(Code code) {
    for (AbstractInsnNode insn : code.body().instructions) {
      if (code.isReached(insn)) {
        look(code, insn);
      }
    }
  }

  private void look(Code code, AbstractInsnNode insn) {
    if (insn.getOpcode() == Opcodes.PUTSTATIC) {
      made(code.top(insn, 0)).forEach(t -> hold(name((FieldInsnNode) insn), t));
    }
    Optional<SourceValue> target = target(code, insn);
    flows.look(code, insn, target);
    if (!code.initialises()) {
      changed(insn, target).ifPresent(f -> found.add(f + " is changed by " + code.where()));
      boolean isStatic = (code.body().access & Opcodes.ACC_STATIC) != 0;
      if (!code.body().name.equals(CONSTRUCTOR) && !isStatic) {
        changedInstance(insn, target).ifPresent(t -> changing.putIfAbsent(t, code.where()));
      }
    }
  }

  /** The possible classes of a value, as far as its objects are created in this method. */
  private static List<String> made(SourceValue value) {
    return value.insns.stream()
        .filter(s -> s.getOpcode() == Opcodes.NEW)
        .map(s -> ((TypeInsnNode) s).desc)
        .toList();
  }

  /** The static field that an instruction changes, or empty. */
  private static Optional<String> changed(AbstractInsnNode insn, Optional<SourceValue> target) {
    if (insn.getOpcode() == Opcodes.PUTSTATIC) {
      return Optional.of(name((FieldInsnNode) insn));
    }
    return target.flatMap(
        v ->
            v.insns.stream()
                .filter(s -> s.getOpcode() == Opcodes.GETSTATIC)
                .map(s -> name((FieldInsnNode) s))
                .findFirst());
  }

  /** The class whose own field an instruction changes, or empty. */
  private static Optional<String> changedInstance(
      AbstractInsnNode insn, Optional<SourceValue> target) {
    if (insn.getOpcode() == Opcodes.PUTFIELD) {
      return Optional.of(((FieldInsnNode) insn).owner);
    }
    return target.flatMap(
        v ->
            v.insns.stream()
                .filter(s -> s.getOpcode() == Opcodes.GETFIELD)
                .map(s -> ((FieldInsnNode) s).owner)
                .findFirst());
  }

  /** The value that an instruction mutates, or empty. */
  private static Optional<SourceValue> target(Code code, AbstractInsnNode insn) {
    int opcode = insn.getOpcode();
    if (opcode >= Opcodes.IASTORE && opcode <= Opcodes.SASTORE) {
      return Optional.of(code.top(insn, 2));
    }
    if (opcode == Opcodes.PUTFIELD) {
      return Optional.of(code.top(insn, 1));
    }
    if (insn instanceof MethodInsnNode call) {
      int arguments = Type.getArgumentTypes(call.desc).length;
      if (opcode == Opcodes.INVOKESTATIC) {
        Integer place = FILLING.get(call.owner + "." + call.name);
        return Optional.ofNullable(place).map(p -> code.top(insn, arguments - 1 - p));
      }
      if (mutates(call.owner, call.name)) {
        return Optional.of(code.top(insn, arguments));
      }
    }
    return Optional.empty();
  }

  /** Whether a method of the JDK changes the object that it is called on. */
  static boolean mutates(String owner, String name) {
    boolean ofTheJdk = owner.startsWith("java/util/") || owner.startsWith("java/nio/");
    return (ofTheJdk && MUTATING.matcher(name).matches())
        || (DRAWING.matcher(owner).matches() && name.startsWith("next"));
  }

  private static String name(FieldInsnNode field) {
    return dotted(field.owner) + "." + field.name;
  }

  private static String dotted(String internalName) {
    return internalName.replace('/', '.');
  }
}
