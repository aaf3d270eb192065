package io.github.palimpsest.api.discovery;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says of a class that the JVM cannot link what a plugin's user or author can do about it. */
final class UnfitClass {
  /** Class files of Java 1 have version 45. */
  private static final int BEFORE_JAVA_1 = 44;

  private static final Pattern VERSION = Pattern.compile("class file version (\\d+)");
  private static final Pattern NAME = Pattern.compile("[\\w$]+(?:/[\\w$]+)+");
  private static final String API = "io.github.palimpsest.";

  private UnfitClass() {}

  /** The reason in words; empty for a failure of another kind. */
  static Optional<String> of(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof UnsupportedClassVersionError) {
      return version(message);
    }
    if (failure instanceof NoClassDefFoundError) {
      return NAME.matcher(message).matches()
          ? Optional.of(missing(dotted(message)))
          : Optional.empty();
    }
    if (failure instanceof IncompatibleClassChangeError) { // a method or field that is gone, too
      return Optional.of(
          "it was compiled against another version of the API or of TensorFlow: " + message);
    }
    return Optional.empty();
  }

  private static Optional<String> version(String message) {
    Matcher version = VERSION.matcher(message);
    if (!version.find()) {
      return Optional.empty();
    }
    Matcher name = NAME.matcher(message);
    int needed = Integer.parseInt(version.group(1)) - BEFORE_JAVA_1;
    int here = Runtime.version().feature();
    return Optional.of(
        "class "
            + (name.find() ? dotted(name.group()) : "")
            + " needs Java "
            + needed
            + ", and this is Java "
            + here
            + ": run Java "
            + needed
            + ", or compile the plugin with --release "
            + here);
  }

  private static String missing(String name) {
    return "class "
        + name
        + " is missing: "
        + (name.startsWith(API)
            ? "the plugin was compiled against another version of the API"
            : "a plugin is one JAR, so pack what it needs into it");
  }

  private static String dotted(String name) {
    return name.replace('/', '.');
  }
}
