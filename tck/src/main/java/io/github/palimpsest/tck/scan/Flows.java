package io.github.palimpsest.tck.scan;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.VarInsnNode;
import org.objectweb.asm.tree.analysis.SourceValue;

/**
 * The flow of the objects in static fields through arguments, results, captured variables and the
 * fields of other objects, to a place that changes them. Places stand for all objects of a class:
 * if one object may keep a value in a field, all of its class may.
 */
final class Flows {
  /** Methods of a collection that return a part or view of it. */
  private static final Pattern PART_OF =
      Pattern.compile(
          "get|getOrDefault|computeIfAbsent|putIfAbsent|iterator|listIterator|next|entrySet|keySet"
              + "|values|getKey|getValue|subList|getFirst|getLast|peek.*|element");

  private static final Pattern UNCHANGEABLE =
      Pattern.compile(
          "java/util/(List|Set|Map|Map\\.Entry)\\.(of|ofEntries|copyOf|entry)"
              + "|java/util/Collections\\.(unmodifiable|empty|singleton).*"
              + "|java/util/stream/Stream\\.toList");

  private final Set<String> types = new HashSet<>();
  private final Map<String, Set<String>> parents = new HashMap<>();
  private final Set<String> defined = new LinkedHashSet<>();
  private final Set<String> called = new LinkedHashSet<>();
  private final Map<String, Set<String>> edges = new LinkedHashMap<>();
  private final Map<String, String> changed = new LinkedHashMap<>();
  private final Set<String> statics = new TreeSet<>();
  private final Set<String> unchangeable = new HashSet<>();

  /** Reads a class's place among the others, before its methods. */
  void read(ClassNode type) {
    types.add(type.name);
    Set<String> above = parents.computeIfAbsent(type.name, t -> new HashSet<>(type.interfaces));
    if (type.superName != null) {
      above.add(type.superName);
    }
    type.methods.forEach(m -> defined.add(method(type.name, m.name, m.desc)));
    type.fields.stream()
        .filter(f -> (f.access & Opcodes.ACC_STATIC) != 0)
        .forEach(f -> statics.add(staticField(type.name, f.name)));
  }

  /** Reads an instruction; {@code changes} is the value that it mutates, if any. */
  void look(Code code, AbstractInsnNode insn, Optional<SourceValue> changes) {
    if (code.initialises()) {
      initialised(code, insn);
      return;
    }
    changes.ifPresent(v -> places(code, v).forEach(p -> changed.putIfAbsent(p, code.where())));
    if (insn instanceof MethodInsnNode call) {
      arguments(code, call);
    } else if (insn instanceof InvokeDynamicInsnNode lambda) {
      captured(code, lambda);
    } else if (insn.getOpcode() == Opcodes.ARETURN) {
      flow(code, code.top(insn, 0), result(code.method()));
    } else if (insn.getOpcode() == Opcodes.PUTFIELD) {
      FieldInsnNode field = (FieldInsnNode) insn;
      flow(code, code.top(insn, 0), instanceField(field.owner, field.name));
    }
  }

  private void initialised(Code code, AbstractInsnNode insn) {
    if (insn.getOpcode() == Opcodes.PUTSTATIC
        && code.top(insn, 0).insns.stream().allMatch(Flows::isUnchangeable)) {
      FieldInsnNode field = (FieldInsnNode) insn;
      unchangeable.add(staticField(field.owner, field.name));
    }
  }

  private static boolean isUnchangeable(AbstractInsnNode made) {
    return made instanceof MethodInsnNode call
        && UNCHANGEABLE.matcher(call.owner + "." + call.name).matches();
  }

  private void arguments(Code code, MethodInsnNode call) {
    String callee = method(call.owner, call.name, call.desc);
    called.add(callee);
    Type[] types = Type.getArgumentTypes(call.desc);
    int local = call.getOpcode() == Opcodes.INVOKESTATIC ? 0 : 1;
    if (local == 1) {
      flow(code, code.top(call, types.length), parameter(callee, 0));
    }
    for (int i = 0; i < types.length; i++) {
      flow(code, code.top(call, types.length - 1 - i), parameter(callee, local));
      local += types[i].getSize();
    }
  }

  /** The captured values of a lambda are the first parameters of its body. */
  private void captured(Code code, InvokeDynamicInsnNode lambda) {
    Optional<Handle> body =
        List.of(lambda.bsmArgs).stream()
            .filter(Handle.class::isInstance)
            .map(Handle.class::cast)
            .findFirst();
    if (body.isEmpty()) {
      return;
    }
    Handle h = body.get();
    String callee = method(h.getOwner(), h.getName(), h.getDesc());
    called.add(callee);
    Type[] types = Type.getArgumentTypes(lambda.desc);
    int local = 0;
    for (int i = 0; i < types.length; i++) {
      SourceValue value = code.top(lambda, types.length - 1 - i);
      flow(code, value, parameter(callee, local));
      if (i == 0 && StaticState.mutates(h.getOwner(), h.getName())) {
        places(code, value).forEach(p -> changed.putIfAbsent(p, code.where()));
      }
      local += types[i].getSize();
    }
  }

  private void flow(Code code, SourceValue value, String to) {
    places(code, value).forEach(p -> edges.computeIfAbsent(p, k -> new LinkedHashSet<>()).add(to));
  }

  /** The possible origins of a value. */
  private Set<String> places(Code code, SourceValue value) {
    Set<String> places = new LinkedHashSet<>();
    Set<AbstractInsnNode> seen = new HashSet<>();
    Deque<AbstractInsnNode> open = new ArrayDeque<>(value.insns);
    while (!open.isEmpty()) {
      AbstractInsnNode source = open.remove();
      if (!seen.add(source)) {
        continue;
      }
      if (source instanceof FieldInsnNode field) {
        places.add(
            field.getOpcode() == Opcodes.GETSTATIC
                ? staticField(field.owner, field.name)
                : instanceField(field.owner, field.name));
      } else if (source instanceof VarInsnNode marker) {
        places.add(parameter(code.method(), marker.var));
      } else if (source.getOpcode() == Opcodes.AALOAD) {
        open.addAll(code.top(source, 1).insns);
      } else if (source instanceof MethodInsnNode call) {
        if (call.owner.startsWith("java/util/") && PART_OF.matcher(call.name).matches()) {
          open.addAll(code.top(call, Type.getArgumentTypes(call.desc).length).insns);
        } else {
          places.add(result(method(call.owner, call.name, call.desc)));
        }
      }
    }
    return places;
  }

  /** By static field, the place that changes its content. */
  Map<String, String> found() {
    Map<String, Set<String>> all = new HashMap<>();
    edges.forEach((from, to) -> all.put(from, new LinkedHashSet<>(to)));
    for (String use : called) {
      defined.stream().filter(d -> mayBe(use, d)).forEach(d -> connect(all, use, d));
    }
    Map<String, String> found = new LinkedHashMap<>();
    for (String field : statics) {
      if (!unchangeable.contains(field)) {
        reached(all, field).ifPresent(where -> found.put(field.substring(2), where));
      }
    }
    return found;
  }

  private Optional<String> reached(Map<String, Set<String>> all, String from) {
    Set<String> seen = new LinkedHashSet<>(Set.of(from));
    Deque<String> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      String place = open.remove();
      if (changed.containsKey(place)) {
        return Optional.of(changed.get(place));
      }
      all.getOrDefault(place, Set.of()).stream().filter(seen::add).forEach(open::add);
    }
    return Optional.empty();
  }

  /**
   * Whether a call of one method may run another: the same, one of a subtype, or an inherited one.
   */
  private boolean mayBe(String use, String definition) {
    int u = use.indexOf('#');
    int d = definition.indexOf('#');
    if (use.equals(definition) || !use.substring(u).equals(definition.substring(d))) {
      return false;
    }
    String owner = use.substring(0, u);
    String other = definition.substring(0, d);
    return types.contains(owner) && (isBelow(owner, other) || isBelow(other, owner));
  }

  private boolean isBelow(String type, String above) {
    return type.equals(above)
        || parents.getOrDefault(type, Set.of()).stream().anyMatch(p -> isBelow(p, above));
  }

  private static void connect(Map<String, Set<String>> all, String use, String definition) {
    for (int local = 0; local < MOST_LOCALS; local++) {
      String parameter = parameter(use, local);
      all.computeIfAbsent(parameter, k -> new LinkedHashSet<>()).add(parameter(definition, local));
    }
    all.computeIfAbsent(result(definition), k -> new LinkedHashSet<>()).add(result(use));
  }

  /** Parameters beyond these are few. */
  private static final int MOST_LOCALS = 16;

  static String method(String owner, String name, String descriptor) {
    return owner + "#" + name + descriptor;
  }

  private static String staticField(String owner, String name) {
    return "s:" + owner.replace('/', '.') + "." + name;
  }

  private static String instanceField(String owner, String name) {
    return "f:" + owner + "." + name;
  }

  private static String parameter(String method, int local) {
    return "p:" + method + "@" + local;
  }

  private static String result(String method) {
    return "r:" + method;
  }
}
