package io.github.palimpsest.experiment.file;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The variables of an experiment file: {@code ${name}} represents a value. */
public final class Variables {
  /** No variables at all. */
  static final Variables NONE = new Variables(Map.of(), Map.of());

  private static final Pattern USE = Pattern.compile("\\$\\{([^}]*)}");
  private final Map<String, String> values;

  /** For values that begin with one of the command line, the folder that they are relative to. */
  private final Map<String, Path> from;

  private Variables(Map<String, String> values, Map<String, Path> from) {
    this.values = values;
    this.from = from;
  }

  /** Variables with these values. */
  public static Variables given(Map<String, String> values) {
    return new Variables(new LinkedHashMap<>(values), Map.of());
  }

  /**
   * The variables that a file declares, with values of the command line instead of the declared
   * ones. A declared value may use the variables above it.
   *
   * @param directory the folder that paths of the command line are relative to
   * @throws PalimpsestException if a value is given for a variable that the file does not declare
   */
  static Variables of(YamlMap declared, Map<String, String> onCommandLine, Path directory) {
    Map<String, String> given = new LinkedHashMap<>();
    onCommandLine.forEach((name, value) -> given.put(YamlScalar.name(name), value));
    given.keySet().stream()
        .filter(name -> !declared.keys().contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw declared
                  .place()
                  .error(
                      "the file declares no variable '"
                          + name
                          + "'"
                          + NearestName.hint(name, declared.keys()));
            });
    Map<String, String> values = new LinkedHashMap<>();
    Map<String, Path> from = new LinkedHashMap<>();
    for (String name : declared.keys()) {
      YamlScalar value = declared.with(new Variables(values, from)).required(name);
      values.put(name, given.getOrDefault(name, value.text()));
      (given.containsKey(name) ? Optional.of(directory) : value.from())
          .ifPresent(folder -> from.put(name, folder));
    }
    return new Variables(values, from);
  }

  /** The folder of the command line, if a text begins with one of its values. */
  Optional<Path> from(String text) {
    Matcher use = USE.matcher(text);
    return use.lookingAt()
        ? Optional.ofNullable(from.get(YamlScalar.name(use.group(1))))
        : Optional.empty();
  }

  /** The text with every variable in it replaced. */
  String fill(String text, Place place) {
    Matcher use = USE.matcher(text);
    StringBuilder filled = new StringBuilder();
    while (use.find()) {
      String value = values.get(YamlScalar.name(use.group(1)));
      if (value == null) {
        throw place.error(
            "unknown variable '${"
                + use.group(1)
                + "}'"
                + (values.isEmpty()
                    ? "; the file declares none"
                    : NearestName.hint(use.group(1), values.keySet())));
      }
      use.appendReplacement(filled, Matcher.quoteReplacement(value));
    }
    return use.appendTail(filled).toString();
  }
}
