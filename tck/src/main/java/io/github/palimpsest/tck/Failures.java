package io.github.palimpsest.tck;

import io.github.palimpsest.api.discovery.PluginFrame;
import io.github.palimpsest.tck.rule.Level;
import io.github.palimpsest.tck.rule.Rule;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The exceptions of one component. The first binding rule that meets one is broken by it, and the
 * first whose check explains it; the rules that meet it later could not be tried, and refer to that
 * rule.
 */
public final class Failures {
  /** Whether messages contain stack traces, as with {@code verify --debug}. */
  static final String DEBUG = "palimpsest.debug";

  private final Class<?> component;
  private final Map<Object, Refused> refused = new HashMap<>();

  /** A rule that was broken by an exception, and whether its check explained it. */
  private record Refused(Rule rule, boolean explained) {}

  /**
   * @param component a class of the component; its code is all of the same JAR or folder
   */
  public Failures(Class<?> component) {
    this.component = component;
  }

  /** A rule whose check met an exception where none is expected. */
  Verdict verdict(Rule rule, String subject, Throwable e) {
    Finding finding = new Finding("the check of this rule", "no exception", "", hint(e));
    return verdict(rule, subject, finding, e, false);
  }

  /**
   * A rule whose check met an exception.
   *
   * @param finding the observation; the exception follows what it says is actual
   * @param explained whether the finding says more than the exception
   */
  Verdict verdict(Rule rule, String subject, Finding finding, Throwable e, boolean explained) {
    List<String> frames = frames(e);
    List<Object> keys = keys(e, frames);
    Optional<Refused> earlier =
        keys.stream()
            .flatMap(key -> Stream.ofNullable(refused.get(key)))
            .filter(r -> r.explained() || !explained)
            .findFirst();
    if (earlier.isPresent()) {
      return Verdict.prevented(rule, earlier.get().rule(), "the same exception");
    }
    if (rule.level() != Level.SHOULD) {
      keys.forEach(key -> refused.put(key, new Refused(rule, explained)));
    }
    Finding whole =
        new Finding(
            finding.fixture(),
            finding.expected(),
            finding.actual() + e + ", thrown at " + place(e, frames),
            finding.typicalOf());
    String lookAt =
        frames.isEmpty() || explained
            ? rule.text().lookAt()
            : "this line; --debug shows how it was reached";
    return Verdict.broken(rule, subject, whole, explained, lookAt + trace(e));
  }

  /**
   * One mistake has the same type and place with other numbers in its message, or the same message.
   */
  private static List<Object> keys(Throwable e, List<String> frames) {
    List<Object> keys = new ArrayList<>();
    if (!frames.isEmpty()) {
      keys.add(Map.entry(e.getClass(), frames));
    }
    if (frames.isEmpty() || e.getMessage() != null && !isOfTheJdk(e)) {
      keys.add(e.toString());
    }
    return keys;
  }

  private static boolean isOfTheJdk(Throwable e) {
    StackTraceElement[] trace = e.getStackTrace();
    return trace.length > 0 && trace[0].getClassName().startsWith("java.");
  }

  /** Those of the exception itself, or else of its causes, as for a failed static initialiser. */
  private List<String> frames(Throwable e) {
    List<StackTraceElement> sinceTheCheck =
        Stream.of(e.getStackTrace())
            .takeWhile(frame -> !frame.getClassName().equals(Check.class.getName()))
            .toList();
    List<String> own = PluginFrame.of(sinceTheCheck, component);
    return own.isEmpty() && e.getCause() != null ? frames(e.getCause()) : own;
  }

  private static String place(Throwable e, List<String> frames) {
    if (!frames.isEmpty()) {
      return frames.get(0);
    }
    StackTraceElement[] trace = e.getStackTrace();
    return trace.length == 0 ? "an unknown place" : trace[0].toString();
  }

  private static String hint(Throwable e) {
    boolean fixed = e instanceof UnsupportedOperationException && isOfTheJdk(e);
    return fixed || e instanceof ReadOnlyBufferException
        ? "a change of something that is read-only, such as an input: change a copy"
        : "";
  }

  private static String trace(Throwable e) {
    if (!Boolean.getBoolean(DEBUG)) {
      return "";
    }
    StringWriter trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace));
    return "\n" + trace.toString().stripTrailing().replace("\t", "  ");
  }
}
