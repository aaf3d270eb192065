package io.github.palimpsest.api.discovery;

import io.github.palimpsest.api.Experimental;
import java.security.CodeSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lines of a stack trace that are a plugin's own code. */
@Experimental(since = "0.2")
public final class PluginFrame {
  private PluginFrame() {}

  /**
   * Each such line as {@code com.acme.Sam.updates(Sam.java:63)}, the innermost first.
   *
   * @param trace the stack trace of an exception, or its inner part
   * @param plugin a class of the plugin; the plugin's code is all of the same JAR or folder
   */
  public static List<String> of(List<StackTraceElement> trace, Class<?> plugin) {
    String location = location(plugin);
    return location == null
        ? List.of()
        : trace.stream()
            .filter(f -> location.equals(location(f, plugin)))
            .map(f -> f.getClassName() + "." + f.getMethodName() + line(f))
            .toList();
  }

  private static @Nullable String location(StackTraceElement frame, Class<?> plugin) {
    try {
      return location(Class.forName(frame.getClassName(), false, plugin.getClassLoader()));
    } catch (ClassNotFoundException | LinkageError e) {
      return null; // a class of another plugin, or one that the JVM made
    }
  }

  private static @Nullable String location(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    return source == null ? null : String.valueOf(source.getLocation());
  }

  private static String line(StackTraceElement frame) {
    return frame.getFileName() == null
        ? ""
        : "(" + frame.getFileName() + ":" + frame.getLineNumber() + ")";
  }
}
