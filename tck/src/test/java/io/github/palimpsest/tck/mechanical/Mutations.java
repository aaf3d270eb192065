package io.github.palimpsest.tck.mechanical;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.objectweb.asm.tree.ClassNode;
import org.pitest.classinfo.ClassName;
import org.pitest.mutationtest.engine.MutationDetails;
import org.pitest.mutationtest.engine.gregor.GregorMutater;
import org.pitest.mutationtest.engine.gregor.MethodMutatorFactory;
import org.pitest.mutationtest.engine.gregor.config.Mutator;
import org.pitest.reloc.asm.ClassReader;

/** The changes that PIT makes to one class, and those of {@link TensorOperators}. */
final class Mutations {
  /** Written by the compiler. */
  private static final Pattern NOT_WRITTEN =
      Pattern.compile("equals|hashCode|toString|values|valueOf|\\$values|bridge.*");

  private Mutations() {}

  /**
   * A changed class.
   *
   * @param place class, method, line, and place among the instructions
   * @param what what was changed
   * @param code the class file
   */
  record Mutation(String place, String what, byte[] code) {}

  /**
   * The changes of a class file.
   *
   * @param classes the folder of the classes that it may refer to, besides those of this process
   */
  static List<Mutation> of(byte[] classFile, Path classes) {
    ClassReader reader = new ClassReader(classFile);
    ClassName name = ClassName.fromString(reader.getClassName().replace('/', '.'));
    Set<String> components = components(classFile);
    List<MethodMutatorFactory> operators = new ArrayList<>(Mutator.newDefaults());
    operators.addAll(TensorOperators.all());
    GregorMutater pit =
        new GregorMutater(
            c -> code(c, classes),
            m ->
                !NOT_WRITTEN.matcher(m.getName()).matches()
                    && (!m.isSynthetic() || m.getName().startsWith("lambda$")),
            operators);
    List<Mutation> all = new ArrayList<>();
    for (MutationDetails d : pit.findMutations(name)) {
      if (components.contains(d.getMethod()) && isAccessor(d)) {
        continue; // what a record's header says, which the record itself does not call
      }
      String place =
          d.getClassName().getNameWithoutPackage().asJavaName()
              + "."
              + d.getMethod()
              + ":"
              + d.getLineNumber()
              + "#"
              + d.getFirstIndex();
      all.add(new Mutation(place, d.getDescription(), pit.getMutation(d.getId()).getBytes()));
    }
    return all;
  }

  /** PIT asks for the classes of values, to merge their types. */
  private static Optional<byte[]> code(String name, Path classes) {
    String file = name.replace('.', '/') + ".class";
    Path own = classes.resolve(file);
    try (InputStream in =
        Files.exists(own)
            ? Files.newInputStream(own)
            : Mutations.class.getClassLoader().getResourceAsStream(file)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isAccessor(MutationDetails d) {
    return d.getId().getLocation().getMethodDesc().startsWith("()");
  }

  private static Set<String> components(byte[] classFile) {
    ClassNode node = new ClassNode();
    new org.objectweb.asm.ClassReader(classFile)
        .accept(node, org.objectweb.asm.ClassReader.SKIP_CODE);
    Set<String> names = new HashSet<>();
    if (node.recordComponents != null) {
      node.recordComponents.forEach(c -> names.add(c.name));
    }
    return names;
  }
}
