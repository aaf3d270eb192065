package io.github.palimpsest.lora;

import io.github.palimpsest.api.PalimpsestException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * A number for each adapted module: a usual one, and others for modules whose name, or the end of
 * it from a dot on, matches a pattern. The first pattern that matches counts, as in PEFT.
 *
 * @param usual where no pattern matches
 * @param others in their order
 */
record PerModule(double usual, List<Other> others) {
  private static final int NAMES_IN_MESSAGE = 8;

  /**
   * A number for some modules.
   *
   * @param text the pattern as it is written
   * @param module matches the whole name of a module
   */
  record Other(String text, Pattern module, double value) {}

  /** The same number for every module. */
  static PerModule of(double usual) {
    return new PerModule(usual, List.of());
  }

  /**
   * Reads {@code PATTERN=NUMBER PATTERN=NUMBER}.
   *
   * @param key the setting, for messages
   * @param least the smallest number that is allowed
   * @param most the largest one
   * @param whole whether the numbers must be whole
   * @throws PalimpsestException if the text is malformed; names the setting and the entry
   */
  static PerModule parse(
      String key, double usual, String text, double least, double most, boolean whole) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (String entry : text.isBlank() ? new String[0] : text.strip().split("\\s+")) {
      int at = entry.lastIndexOf('=');
      double value;
      try {
        value = at > 0 ? Double.parseDouble(entry.substring(at + 1)) : Double.NaN;
      } catch (NumberFormatException e) {
        value = Double.NaN;
      }
      if (!(value >= least) || !(value <= most) || whole && value != Math.rint(value)) {
        String range =
            most == Double.MAX_VALUE
                ? "of at least " + shortest(least)
                : "from " + shortest(least) + " to " + shortest(most);
        throw new PalimpsestException(
            "setting '%s': '%s' is not PATTERN=NUMBER with a %snumber %s"
                .formatted(key, entry, whole ? "whole " : "", range));
      }
      if (values.put(entry.substring(0, at), value) != null) {
        throw new PalimpsestException(
            "setting '%s': the pattern '%s' is there twice".formatted(key, entry.substring(0, at)));
      }
    }
    List<Other> others = new ArrayList<>();
    values.forEach((pattern, value) -> others.add(other(key, pattern, value)));
    return new PerModule(usual, List.copyOf(others));
  }

  private static Other other(String key, String pattern, double value) {
    try {
      return new Other(pattern, Pattern.compile("(?:.*\\.)?(?:" + pattern + ")"), value);
    } catch (PatternSyntaxException e) {
      throw new PalimpsestException(
          "setting '%s': '%s' is no regular expression: %s"
              .formatted(key, pattern, e.getDescription()),
          e);
    }
  }

  /** The text that {@link #parse} reads. */
  static String text(Map<String, ? extends Number> values) {
    List<String> entries = new ArrayList<>();
    values.forEach((pattern, value) -> entries.add(pattern + "=" + shortest(value.doubleValue())));
    return String.join(" ", entries);
  }

  /**
   * Refuses a pattern without effect.
   *
   * @param key the setting, for messages
   * @param kernels the adapted ones
   * @throws PalimpsestException if a pattern matches the module of none; names some modules
   */
  void requireMatches(String key, List<String> kernels) {
    List<String> modules = kernels.stream().map(PeftTensors::module).toList();
    for (Other other : others) {
      if (modules.stream().noneMatch(m -> other.module().matcher(m).matches())) {
        int more = modules.size() - NAMES_IN_MESSAGE;
        throw new PalimpsestException(
            "setting '%s': '%s' matches no adapted module; adapted here: %s%s"
                .formatted(
                    key,
                    other.text(),
                    modules.stream().limit(NAMES_IN_MESSAGE).collect(Collectors.joining(", ")),
                    more > 0 ? " and " + more + " more" : ""));
      }
    }
  }

  /** The number of a kernel's module. */
  double of(String kernel) {
    String module = PeftTensors.module(kernel);
    return others.stream()
        .filter(o -> o.module().matcher(module).matches())
        .mapToDouble(Other::value)
        .findFirst()
        .orElse(usual);
  }

  /** A copy with other numbers. */
  PerModule map(UnaryOperator<Double> f) {
    return new PerModule(
        f.apply(usual),
        others.stream().map(o -> new Other(o.text(), o.module(), f.apply(o.value()))).toList());
  }

  /** The numbers by pattern, whole ones as integers. */
  Map<String, Number> byPattern() {
    Map<String, Number> all = new LinkedHashMap<>();
    others.forEach(o -> all.put(o.text(), shortest(o.value())));
    return all;
  }

  /** An integer if the number is whole. */
  static Number shortest(double value) {
    return value == Math.rint(value) && Math.abs(value) <= Integer.MAX_VALUE
        ? (Number) (int) value
        : (Number) value;
  }
}
