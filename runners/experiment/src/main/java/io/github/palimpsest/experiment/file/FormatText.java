package io.github.palimpsest.experiment.file;

import io.github.palimpsest.llm.format.FormatsPlugin;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The data format of a set, as written: a component of its kind. Names without a vendor are this
 * project's own, so they are checked at once; those of others when their plugins are there.
 */
final class FormatText {
  private static final String AUTO = "auto";

  private static final List<String> WORDS =
      Stream.concat(
              Stream.of(AUTO), FormatsPlugin.ALL.stream().map(provider -> provider.id().value()))
          .toList();

  /** A word, a word with settings, or a name with a vendor. */
  static final Form.One FORM =
      new Form.Open(
          WORDS,
          new Form.Parsed(
              "("
                  + String.join("|", WORDS.subList(1, WORDS.size()))
                  + ")\\([^$]*\\)|[a-z][a-z0-9-]*[.][a-z][a-z0-9-]*(\\([^$]*\\))?",
              FormatText::of));

  private FormatText() {}

  /** The format that is written; empty for {@code auto}. */
  static Optional<Axis.Level> of(YamlScalar value) {
    if (value.nonEmpty().equals(AUTO)) {
      return Optional.empty();
    }
    Axis.Level level = ExperimentFile.level(value);
    if (level.text().sum().size() != 1 || !level.text().pipe().isEmpty()) {
      throw value.place().error("'" + value.key() + "' must name one format, not " + level.text());
    }
    String name = level.text().sum().get(0).name();
    if (!name.contains(".")) {
      new YamlScalar(value.key(), name, value.place(), Optional.empty()).word(WORDS);
    }
    return Optional.of(level);
  }
}
