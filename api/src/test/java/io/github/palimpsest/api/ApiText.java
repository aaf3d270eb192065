package io.github.palimpsest.api;

import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The public surface of a folder of classes as text: one line for each thing that is promised. */
final class ApiText {
  private static final String HEADER =
      """
      # The public API, one line for each promise. Written by ApiTextTest; a change here is a change for every plugin.
      # Left out before names: java.lang. java.util. org.tensorflow. io.github.palimpsest.api.
      """;
  private static final Pattern PACKAGES =
      Pattern.compile(
          "\\b(java\\.lang\\.|java\\.util\\.|org\\.tensorflow\\.|io\\.github\\.palimpsest\\.api\\.)(?=[A-Za-z.]*[A-Z])");
  private static final Set<String> OF_EVERY_OBJECT = Set.of("equals", "hashCode", "toString");

  private ApiText() {}

  /** Describes all public types below a folder of compiled classes. */
  static String of(Path classes) throws IOException {
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .map(f -> classes.relativize(f).toString())
          .filter(f -> f.endsWith(".class") && !f.endsWith("-info.class"))
          .map(f -> load(f.substring(0, f.length() - 6).replace('/', '.').replace('\\', '.')))
          .filter(ApiText::isPromised)
          .sorted((a, b) -> a.getName().compareTo(b.getName()))
          .map(ApiText::type)
          .collect(Collectors.joining("\n", HEADER + "\n", ""));
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, ApiText.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("compiled and not loadable: " + name, e);
    }
  }

  private static boolean isPromised(Class<?> type) {
    boolean itself = Modifier.isPublic(type.getModifiers()) && !type.isSynthetic();
    return itself && (type.getDeclaringClass() == null || isPromised(type.getDeclaringClass()));
  }

  private static boolean isPromised(Member m) {
    return (m.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0 && !m.isSynthetic();
  }

  private static String type(Class<?> type) {
    Set<String> lines = new TreeSet<>();
    Stream.of(type.getDeclaredFields())
        .filter(ApiText::isPromised)
        .forEach(f -> lines.add(field(f)));
    Stream.of(type.getDeclaredConstructors())
        .filter(ApiText::isPromised)
        .forEach(c -> lines.add("new" + signature(c)));
    Stream.of(type.getDeclaredMethods())
        .filter(ApiText::isPromised)
        .filter(m -> !isImplied(type, m))
        .forEach(m -> lines.add(method(type, m)));
    return head(type)
        + "\n"
        + lines.stream().map(l -> "  " + l + "\n").collect(Collectors.joining());
  }

  private static String head(Class<?> type) {
    String kind =
        type.isRecord()
            ? "record"
            : type.isEnum() ? "enum" : type.isInterface() ? "interface" : "class";
    boolean isFinal = Modifier.isFinal(type.getModifiers()) && kind.equals("class");
    List<Type> supertypes =
        Stream.concat(
                Stream.ofNullable(type.getGenericSuperclass())
                    .filter(s -> kind.equals("class") && s != Object.class),
                Arrays.stream(type.getGenericInterfaces()))
            .toList();
    String components =
        type.isRecord() ? list(type.getRecordComponents(), ApiText::component, "(", ")") : "";
    String mark = type.isAnnotationPresent(Experimental.class) ? "@Experimental " : "";
    return mark
        + (type.isSealed() ? "sealed " : isFinal ? "final " : "")
        + kind
        + " "
        + name(type)
        + variables(type.getTypeParameters())
        + components
        + list(supertypes.toArray(Type[]::new), ApiText::name, " : ", "");
  }

  private static String component(RecordComponent c) {
    return c.getName() + ": " + name(c.getGenericType());
  }

  private static String field(Field f) {
    return modifiers(f.getModifiers()) + f.getName() + ": " + name(f.getGenericType());
  }

  private static String method(Class<?> type, Method m) {
    boolean isDefault = m.isDefault();
    return (isDefault ? "default " : modifiers(m.getModifiers()))
        + m.getName()
        + signature(m)
        + ": "
        + name(m.getGenericReturnType());
  }

  private static String signature(Executable e) {
    Type[] parameters = e.getGenericParameterTypes();
    String thrown = list(e.getGenericExceptionTypes(), ApiText::name, " throws ", "");
    String listed = list(parameters, ApiText::name, "(", ")");
    return variables(e.getTypeParameters()) + (listed.isEmpty() ? "()" : listed) + thrown;
  }

  private static String modifiers(int m) {
    return (Modifier.isProtected(m) ? "protected " : "") + (Modifier.isStatic(m) ? "static " : "");
  }

  private static String variables(TypeVariable<?>[] variables) {
    return list(
        variables,
        v -> {
          String bounds =
              Stream.of(v.getBounds())
                  .filter(b -> b != Object.class)
                  .map(ApiText::name)
                  .collect(Collectors.joining(" & "));
          return v.getName() + (bounds.isEmpty() ? "" : " extends " + bounds);
        },
        "<",
        ">");
  }

  private static boolean isImplied(Class<?> type, Method m) {
    boolean ofEnum = type.isEnum() && Set.of("values", "valueOf").contains(m.getName());
    boolean ofRecord =
        type.isRecord()
            && Stream.of(type.getRecordComponents()).anyMatch(c -> c.getAccessor().equals(m));
    return ofEnum || ofRecord || OF_EVERY_OBJECT.contains(m.getName());
  }

  private static <T> String list(T[] items, Function<T, String> text, String open, String close) {
    return items.length == 0
        ? ""
        : Stream.of(items).map(text).collect(Collectors.joining(", ", open, close));
  }

  private static String name(Type type) {
    return PACKAGES.matcher(type.getTypeName()).replaceAll("").replace('$', '.');
  }
}
