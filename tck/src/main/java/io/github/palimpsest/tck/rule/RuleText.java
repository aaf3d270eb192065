package io.github.palimpsest.tck.rule;

import java.util.Locale;

/**
 * All that a rule says.
 *
 * @param id for example {@code OPT-05}
 * @param level how binding it is
 * @param sentence the normative sentence, word for word as in {@code api/SPEC.md}
 * @param lookAt where an author whose component breaks it should look
 * @param note for a statistical rule its false-alarm rate, for an untested one the reason; else
 *     empty
 */
public record RuleText(String id, Level level, String sentence, String lookAt, String note) {
  static RuleText must(String id, String sentence, String lookAt) {
    return new RuleText(id, Level.MUST, sentence, lookAt, "");
  }

  static RuleText should(String id, String sentence, String lookAt) {
    return new RuleText(id, Level.SHOULD, sentence, lookAt, "");
  }

  static RuleText statistical(String id, String sentence, String falseAlarms, String lookAt) {
    return new RuleText(id, Level.STATISTICAL, sentence, lookAt, falseAlarms);
  }

  static RuleText untested(String id, String sentence, String reason) {
    return new RuleText(id, Level.UNTESTED, sentence, "", reason);
  }

  /** Where the rule stands in the specification. */
  public String link() {
    return "api/SPEC.md#" + id.toLowerCase(Locale.ROOT);
  }
}
