package io.github.palimpsest.tck.scan;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TypeInsnNode;

/**
 * Reads the classes of a component: from its provider and its own class, everything they refer to
 * that comes from the same JAR or folder. Libraries that a JAR brings are read as far as they are
 * used.
 */
public final class BytecodeScan {
  private final ClassFiles files;
  private final Set<String> seen = new HashSet<>();
  private final Deque<String> open = new ArrayDeque<>();
  private final Set<String> reached = new LinkedHashSet<>();
  private final StaticState staticState = new StaticState();

  private BytecodeScan(Path location) {
    files = new ClassFiles(location);
  }

  /**
   * Reads all that can be reached from some classes.
   *
   * @param location the JAR or folder that they come from
   * @param roots the first classes
   */
  public static BytecodeScan of(Path location, Collection<Class<?>> roots) {
    BytecodeScan scan = new BytecodeScan(location);
    roots.forEach(c -> scan.visit(c.getNestHost().getName().replace('.', '/')));
    while (!scan.open.isEmpty()) {
      scan.files.read(scan.open.remove()).forEach(scan::read);
    }
    return scan;
  }

  /** Forbidden calls: the resource that each reaches, and the caller. */
  public List<String> forbidden() {
    return List.copyOf(reached);
  }

  /** Static fields that change. */
  public List<String> staticState() {
    return staticState.found();
  }

  private void visit(String internalName) {
    if (seen.add(internalName)) {
      open.add(internalName);
    }
  }

  private void read(byte[] bytes) {
    ClassNode type = new ClassNode();
    new ClassReader(bytes).accept(type, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    staticState.read(type);
    if (type.superName != null) {
      visit(type.superName);
    }
    type.interfaces.forEach(this::visit);
    for (MethodNode m : type.methods) {
      String from = type.name.replace('/', '.') + "." + m.name;
      for (AbstractInsnNode insn : m.instructions) {
        instruction(insn, from);
      }
    }
  }

  private void instruction(AbstractInsnNode insn, String from) {
    if (insn instanceof MethodInsnNode call) {
      call(call.owner, call.name, call.desc, from);
    } else if (insn instanceof FieldInsnNode field) {
      visit(field.owner);
    } else if (insn instanceof TypeInsnNode type) {
      visit(element(Type.getObjectType(type.desc)));
    } else if (insn instanceof LdcInsnNode constant && constant.cst instanceof Type type) {
      visit(element(type));
    } else if (insn instanceof InvokeDynamicInsnNode dynamic) {
      handle(dynamic.bsm, from);
      constants(List.of(dynamic.bsmArgs), from);
    }
  }

  private void constants(List<Object> constants, String from) {
    for (Object c : constants) {
      if (c instanceof Handle h) {
        handle(h, from);
      } else if (c instanceof ConstantDynamic d) {
        List<Object> inner = new ArrayList<>();
        for (int i = 0; i < d.getBootstrapMethodArgumentCount(); i++) {
          inner.add(d.getBootstrapMethodArgument(i));
        }
        constants(inner, from);
      }
    }
  }

  private void handle(Handle h, String from) {
    call(h.getOwner(), h.getName(), h.getDesc(), from);
  }

  private void call(String owner, String name, String descriptor, String from) {
    visit(element(Type.getObjectType(owner)));
    Forbidden.call(owner, name, descriptor)
        .ifPresent(
            what ->
                reached.add(
                    from + " reaches " + what + ": " + owner.replace('/', '.') + "." + name));
  }

  private static String element(Type type) {
    Type t = type;
    while (t.getSort() == Type.ARRAY) {
      t = t.getElementType();
    }
    return t.getSort() == Type.OBJECT ? t.getInternalName() : "java/lang/Object";
  }
}
