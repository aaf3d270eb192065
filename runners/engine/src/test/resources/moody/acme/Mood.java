package acme;

import java.io.IOException;
import java.io.InputStream;

/** What this JAR does wrong, and in which method: {@code KIND METHOD WAY} in a resource. */
final class Mood {
  private Mood() {}

  private static String[] words() {
    try (InputStream in = Mood.class.getResourceAsStream("/mood.txt")) {
      return new String(in.readAllBytes()).strip().split(" ");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The kind of the one component that this JAR has. */
  static String kind() {
    return words()[0];
  }

  /** What a method returns, unless it is the one in which this JAR misbehaves. */
  static <T> T in(String method, T usual) {
    String[] words = words();
    return words[1].equals(method) ? does(words[2], usual) : usual;
  }

  private static <T> T does(String way, T usual) {
    switch (way) {
      case "exit-0", "exit-1", "exit-2", "exit-3" -> System.exit(way.charAt(5) - '0');
      case "halt-0" -> Runtime.getRuntime().halt(0);
      case "halt-134" -> Runtime.getRuntime().halt(134);
      case "exception" -> throw new IllegalStateException("a bad mood");
      case "missing-class" -> throw new NoClassDefFoundError("acme/Missing");
      case "assertion" -> throw new AssertionError("a bad mood");
      case "overflow" -> {
        return does("overflow", does("overflow", usual));
      }
      case "sleep" -> {
        while (true) {
          try {
            Thread.sleep(Long.MAX_VALUE);
          } catch (InterruptedException e) {
            continue;
          }
        }
      }
      default -> {}
    }
    return null;
  }
}
